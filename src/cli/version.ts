import { ownVersion } from '../plugin/package-root.ts'
import { type ExitCode, exit } from './exit.ts'
import { print } from './print.ts'

/** Prints this package's version. */
export const printVersion = (): ExitCode => {
  print(ownVersion())
  return exit.done
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../plugin/package-root.ts'
import { type ExitCode, exit } from './exit.ts'
import { print } from './print.ts'

/** Prints this package's version. */
export const printVersion = (): ExitCode => {
  print(String(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version))
  return exit.done
}

import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { ResultsTable } from '../report/results.ts'
import { resultsCsv } from '../report/results-data.ts'
import { mistake } from './arguments.ts'

/** Where the table goes when all has run. That it cannot be written is found before anything does. */
export const openCsv = (name: string): { write(table: ResultsTable): void } => {
  const path = resolve(name)
  const wrong = (why: string) => diagnosticsError(mistake('csv-not-writable', `--csv names a file; ${path} ${why}.`))
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw wrong('is a folder')
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    throw wrong(`cannot be written (${(error as NodeJS.ErrnoException).code})`)
  }
  return { write: table => writeFileSync(path, resultsCsv(table)) }
}

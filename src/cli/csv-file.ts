import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { ResultsTable } from '../report/results.ts'
import { resultsCsv } from '../report/results-data.ts'
import { mistake } from './arguments.ts'
import { whyNotWritable } from './output-file.ts'

/** Where the table goes when all has run. That it cannot be written is found before anything does. */
export const openCsv = (name: string): { write(table: ResultsTable): void } => {
  const path = resolve(name)
  const why = whyNotWritable(path)
  if (why !== undefined) throw diagnosticsError(mistake('csv-not-writable', `--csv names a file; ${path} ${why}.`))
  return { write: table => writeFileSync(path, resultsCsv(table)) }
}

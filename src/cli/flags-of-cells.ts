import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { mistake } from './arguments.ts'
import type { Flags } from './flags.ts'

/** The mistakes of giving flags that say something about a table of cells to a run that has none. */
export const flagsOfCells = (flags: Flags): Diagnostic[] =>
  (['mean-over', 'csv'] as const)
    .filter(name => flags[name] !== undefined)
    .map(name =>
      mistake(
        'no-matrix',
        `--${name} is about the table of a matrix; this run is a single one.`,
        'Write `matrix:` into the pipeline file, or leave a value of it open.',
      ),
    )

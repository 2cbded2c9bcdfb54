import type { Store } from '../cache/store.ts'
import { cellSettings } from '../config/cell-name.ts'
import type { PipelineDocument } from '../config/document.ts'
import type { PlannedCell } from '../plan/cells.ts'
import type { Emit } from '../runner/events.ts'
import { type RunResult, runPlan } from '../runner/run-plan.ts'
import { runLine } from './called.ts'
import type { Arguments } from './command.ts'
import { hintWhenSlow } from './slow.ts'

/** A cell with the stages that are to run, and those that are to run in any case. */
export interface CellRun extends PlannedCell {
  readonly chosen: ReadonlySet<string>
  readonly force: ReadonlySet<string>
}

export interface CellRunnerOptions {
  readonly store: Store
  readonly signal: AbortSignal
  readonly jobs: number
  readonly given: Arguments
  readonly profiles: PipelineDocument['profiles']
}

/** Runs cells, and remembers of one to the next what is to be done, or said, but once. */
export const cellRunner = ({ store, signal, jobs, given, profiles }: CellRunnerOptions) => {
  const { flags } = given
  let current: Emit = () => {}
  const emit = hintWhenSlow(event => current(event), profiles, flags.profile)
  const forced = new Set<string | undefined>()

  return async ({ cell, plan, results, chosen, force }: CellRun, tell: Emit): Promise<RunResult['status']> => {
    current = tell
    const still = [...force].filter(stage => !forced.has(results.get(stage)))
    for (const stage of still) forced.add(results.get(stage))
    const { status } = await runPlan({
      plan,
      store,
      emit,
      signal,
      select: chosen,
      force: new Set(still),
      keepGoing: flags['keep-going'] === true,
      jobs,
      howToMake: stage => `Make it first: ${runLine(given, { set: cellSettings(cell), until: stage })}`,
    })
    return status
  }
}

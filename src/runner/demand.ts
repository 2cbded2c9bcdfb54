import { staticKey } from '../cache/key.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { type RunState, recordIn } from './run-state.ts'
import type { Demand } from './schedule.ts'

/** What a stage that is ready will hold while it runs. Of stages with equal keys one makes the result, and the others find it. */
export const demandOf = (run: RunState, stage: PlannedStage): Demand => {
  const { cpu, blocking } = stage.resources
  // An input may have been found damaged just now, and not come back: then the stage will not run.
  const isWhole = Object.values(stage.inputs).every(source => run.outcomes.get(source.stage)?.status === 'done')
  const result = isWhole ? [staticKey(recordIn(run, stage))] : []
  return { stage: stage.name, cpu, alone: [...result, ...(blocking ? ['main thread'] : [])] }
}

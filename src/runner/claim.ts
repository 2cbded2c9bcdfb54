import { staticKey } from '../cache/key.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { type RunState, recordIn } from './run-state.ts'
import type { Claim } from './schedule.ts'

/** What a stage that is ready will hold while it runs. Of stages with equal keys one makes the result, and the others find it. */
export const claimOf = (run: RunState, stage: PlannedStage): Claim => {
  const { cpu, blocking } = stage.resources
  return { stage: stage.name, cpu, alone: [staticKey(recordIn(run, stage)), ...(blocking ? ['main thread'] : [])] }
}

import type { PlannedStage } from '../plan/plan.ts'
import type { RecordedStage, RunRecord } from '../plugin/run-record.ts'
import { type RunState, stageOf } from './run-state.ts'

/** The record of the run for a stage that takes it: what became of the stages that it is told of. */
export const runRecordFor = (run: RunState, { recorded }: PlannedStage): RunRecord => ({
  pipeline: run.plan.name,
  stages: (recorded?.stages ?? []).map(name => recordedStage(run, stageOf(run.plan, name))),
})

const recordedStage = (run: RunState, stage: PlannedStage): RecordedStage => {
  const { name, uses, definition, inputs, after, keyConfig, machine } = stage
  const outcome = run.outcomes.get(name)
  const about = {
    name,
    uses,
    summary: definition.summary,
    inputs: { ...inputs },
    after: [...after],
    config: { ...keyConfig },
    ...(machine && { machine: { ...machine } }),
  }
  if (outcome?.status !== 'done') return { ...about, status: 'absent', warnings: [], results: {} }
  const { key, manifest } = outcome.entry
  const { created, ms, bytes, said } = manifest
  const warnings = said.flatMap(each => (each.say === 'warn' ? [each.message] : []))
  const results = said.flatMap(each => (each.say === 'result' ? [[each.name, each.value] as const] : []))
  const status = run.made.has(name) ? 'ran' : 'reused'
  return { ...about, status, key, created, ms, bytes, warnings, results: Object.fromEntries(results) }
}

import { lookUp } from '../cache/look-up.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { failureEvents } from './failure.ts'
import { runStage } from './run-stage.ts'
import { contentOf, type Outcome, type RunState } from './run-state.ts'
import { recordOf } from './stage-record.ts'

/** Brings one stage to its end, whatever that is, and says so. */
export const settle = async (run: RunState, stage: PlannedStage, thorough = false): Promise<void> => {
  const begun = performance.now()
  let outcome: Outcome
  try {
    outcome = await attempt(run, stage, thorough)
  } catch (error) {
    outcome = fail(run, stage, error, Math.round(performance.now() - begun))
  }
  run.outcomes.set(stage.name, outcome)
  run.values.ended(stage)
}

const attempt = async (run: RunState, stage: PlannedStage, thorough: boolean): Promise<Outcome> => {
  if (!thorough && run.select?.has(stage.name) === false) return passOver(run, stage)
  const reason = reasonToSkip(run, stage)
  if (reason !== undefined) return skip(run, stage, reason)
  const absent = Object.values(stage.inputs).find(source => run.outcomes.get(source.stage)?.status === 'absent')
  if (absent !== undefined) return needs(run, stage, absent.stage)

  const remake = async (producer: PlannedStage): Promise<boolean> => {
    await settle(run, producer, true)
    return run.outcomes.get(producer.name)?.status === 'done'
  }
  const entry = await runStage(run, stage, { thorough, remake })
  if (entry === undefined) return lacks(run, stage)
  const { key, manifest } = entry
  run.uses.set(stage.name, { key, record: manifest.record, files: manifest.files, time: new Date().toISOString() })
  return { status: 'done', entry }
}

/** A stage that is not to run: its result is taken where the cache holds it. */
const passOver = async (run: RunState, stage: PlannedStage): Promise<Outcome> => {
  run.emit({ event: 'stage', name: stage.name, status: 'skipped', reason: 'not selected' })
  if (Object.values(stage.inputs).some(source => run.outcomes.get(source.stage)?.status !== 'done'))
    return { status: 'absent' }
  const record = recordOf(stage, source => contentOf(run, source))
  const { hit } = await lookUp(run.store, record, stage.locations)
  return hit === undefined ? { status: 'absent' } : { status: 'done', entry: hit }
}

const reasonToSkip = ({ signal, outcomes, keepGoing }: RunState, { after }: PlannedStage): string | undefined => {
  if (signal.aborted) return 'interrupted'
  const culprits = keepGoing ? after : outcomes.keys()
  for (const name of culprits) {
    const status = outcomes.get(name)?.status
    if (status === 'failed') return `${name} failed`
    if (keepGoing && status === 'skipped') return `${name} was skipped`
  }
  return undefined
}

const skip = ({ emit }: RunState, { name }: PlannedStage, reason: string): Outcome => {
  emit({ event: 'stage', name, status: 'skipped', reason })
  return { status: reason === 'interrupted' ? 'interrupted' : 'skipped' }
}

const needs = ({ emit, howToMake }: RunState, { name }: PlannedStage, producer: string): Outcome => {
  emit({
    event: 'diagnostic',
    stage: name,
    diagnostic: {
      severity: 'error',
      code: 'not-in-cache',
      message: `Stage ${name} needs the result of ${producer}, which is not in the cache.`,
      ...(howToMake && { hint: howToMake(producer) }),
    },
  })
  emit({ event: 'stage', name, status: 'failed' })
  return { status: 'failed' }
}

/** A damaged input is gone, and its stage has said why it could not be made again. */
const lacks = (run: RunState, stage: PlannedStage): Outcome => {
  if (run.signal.aborted) return interrupted(run, stage)
  run.emit({ event: 'stage', name: stage.name, status: 'failed', reason: 'an input could not be made again' })
  return { status: 'failed' }
}

const fail = ({ emit, signal, store }: RunState, stage: PlannedStage, error: unknown, ms: number): Outcome => {
  if (signal.aborted) return interrupted({ emit }, stage, ms)
  for (const event of failureEvents(stage, error, store.folder)) emit(event)
  emit({ event: 'stage', name: stage.name, status: 'failed', ms })
  return { status: 'failed' }
}

const interrupted = ({ emit }: Pick<RunState, 'emit'>, { name }: PlannedStage, ms?: number): Outcome => {
  emit({ event: 'stage', name, status: 'interrupted', ...(ms !== undefined && { ms }) })
  return { status: 'interrupted' }
}

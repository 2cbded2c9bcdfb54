import type { Entry } from '../cache/draft.ts'
import { lookUp } from '../cache/look-up.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { failureEvents } from './failure.ts'
import { useOf } from './reuse.ts'
import { reuseStage, runStage } from './run-stage.ts'
import { type Outcome, type RunState, recordIn } from './run-state.ts'

/** Brings a stage that has nothing to do to its end, and says so. False where there is something to do. */
export const pass = (run: RunState, stage: PlannedStage): Promise<boolean> =>
  end(run, stage, async () => {
    if (run.select?.has(stage.name) === false) return passOver(run, stage)
    const prevented = prevent(run, stage)
    if (prevented !== undefined) return prevented
    const entry = await reuseStage(run, stage)
    return entry && done(run, stage, entry)
  })

/** Brings a stage to its end, whatever that is, and says so. */
export const settle = async (run: RunState, stage: PlannedStage, thorough = false): Promise<void> => {
  run.working.add(stage.name)
  await end(run, stage, () => attempt(run, stage, thorough))
}

const end = async (run: RunState, stage: PlannedStage, work: () => Promise<Outcome | undefined>): Promise<boolean> => {
  const begun = performance.now()
  const outcome = await work().catch(error => fail(run, stage, error, Math.round(performance.now() - begun)))
  if (outcome === undefined) return false
  run.working.delete(stage.name)
  run.outcomes.set(stage.name, outcome)
  run.values.ended(stage)
  return true
}

const attempt = async (run: RunState, stage: PlannedStage, thorough: boolean): Promise<Outcome> => {
  // Another may have failed since it was found to have something to do.
  const prevented = prevent(run, stage)
  if (prevented !== undefined) return prevented
  const remake = async (producer: PlannedStage): Promise<boolean> => {
    await settle(run, producer, true)
    return run.outcomes.get(producer.name)?.status === 'done'
  }
  const entry = await runStage(run, stage, { thorough, remake })
  return entry === undefined ? lacks(run, stage) : done(run, stage, entry)
}

/** The end of a stage that is not to start, or cannot. */
const prevent = (run: RunState, stage: PlannedStage): Outcome | undefined => {
  const reason = reasonToSkip(run, stage)
  if (reason !== undefined) return skip(run, stage, reason)
  const absent = Object.values(stage.inputs).find(source => run.outcomes.get(source.stage)?.status === 'absent')
  return absent && needs(run, stage, absent.stage)
}

const done = (run: RunState, { name }: PlannedStage, entry: Entry): Outcome => {
  run.uses.set(name, useOf(entry))
  return { status: 'done', entry }
}

/** A stage that is not to run: its result is taken where the cache holds it. */
const passOver = async (run: RunState, stage: PlannedStage): Promise<Outcome> => {
  run.emit({ event: 'stage', name: stage.name, status: 'skipped', reason: 'not selected' })
  if (Object.values(stage.inputs).some(source => run.outcomes.get(source.stage)?.status !== 'done'))
    return { status: 'absent' }
  const { hit } = await lookUp(run.store, recordIn(run, stage), stage.locations)
  return hit === undefined ? { status: 'absent' } : { status: 'done', entry: hit }
}

/** True once nothing new is to start. What runs is finished, so that its work is not lost; after the signal it is ended. */
export const isStopping = ({ signal, keepGoing, outcomes }: RunState): boolean =>
  signal.aborted || (!keepGoing && [...outcomes.values()].some(({ status }) => status === 'failed'))

/** `interrupted`, or the stage whose failure keeps this one from running: rather one that it needs. */
const reasonToSkip = (run: RunState, { after }: PlannedStage): SkipReason | undefined => {
  if (run.signal.aborted) return 'interrupted'
  const culprits = isStopping(run) ? [...after, ...run.outcomes.keys()] : after
  for (const name of culprits) {
    const outcome = run.outcomes.get(name)
    if (outcome?.status === 'failed') return { because: name }
    if (outcome?.status === 'skipped') return { because: outcome.because }
  }
  return undefined
}

type SkipReason = 'interrupted' | { readonly because: string }

const skip = ({ emit }: RunState, { name }: PlannedStage, reason: SkipReason): Outcome => {
  const words = reason === 'interrupted' ? reason : `${reason.because} failed`
  emit({ event: 'stage', name, status: 'skipped', reason: words })
  return reason === 'interrupted' ? { status: 'interrupted' } : { status: 'skipped', because: reason.because }
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

const fail = (run: RunState, stage: PlannedStage, error: unknown, ms: number): Outcome => {
  const { emit, signal, store } = run
  if (signal.aborted) return interrupted({ emit }, stage, ms)
  for (const event of failureEvents(stage, error, store.folder)) emit(event)
  tellWhatIsFinished(run, stage)
  emit({ event: 'stage', name: stage.name, status: 'failed', ms })
  return { status: 'failed' }
}

/** Why the run goes on although something has failed. */
const tellWhatIsFinished = ({ emit, working, keepGoing }: RunState, { name }: PlannedStage): void => {
  const others = [...working].filter(each => each !== name)
  if (keepGoing || others.length === 0) return
  const [run, their, them] = others.length === 1 ? ['runs', 'its', 'it'] : ['run', 'their', 'them']
  const message = `Nothing new is started. ${others.join(', ')} ${run} to the end, so that ${their} work is not lost; Ctrl-C stops ${them}.`
  emit({ event: 'diagnostic', stage: name, diagnostic: { severity: 'warning', code: 'finishing', message } })
}

const interrupted = ({ emit }: Pick<RunState, 'emit'>, { name }: PlannedStage, ms?: number): Outcome => {
  emit({ event: 'stage', name, status: 'interrupted', ...(ms !== undefined && { ms }) })
  return { status: 'interrupted' }
}

import { dirname } from 'node:path'
import { beginDraft, type Entry } from '../cache/draft.ts'
import { type KeyRecord, staticKey } from '../cache/key.ts'
import { type Lock, takeLock } from '../cache/lock.ts'
import { type Damage, lookUp } from '../cache/look-up.ts'
import type { StoredOutput } from '../cache/manifest.ts'
import { intoCache } from '../cache/refusal.ts'
import { openScratch, type Scratch } from '../cache/scratch.ts'
import { discard, lockFile, tmpFolder } from '../cache/store.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { callStage, type StageResult } from './call-stage.ts'
import { wrongPins } from './check-pins.ts'
import { checkRecords } from './check-records.ts'
import { isTrusted, type ReadInputs, readInputs } from './read-inputs.ts'
import { since, sizeOf, tellReused } from './reuse.ts'
import { outputKind, type RunState, recordIn } from './run-state.ts'

export interface RunStageOptions {
  /** Something that the cache holds for this stage was found damaged: all of it is read before it is used. */
  readonly thorough: boolean
  readonly remake: ReadInputs['remake']
}

/**
 * Finds a stage's result in the cache, and says so; `undefined` where it has to be made.
 *
 * @throws diagnostics for a file with another digest than the one beside it.
 */
export const reuseStage = async (run: RunState, stage: PlannedStage): Promise<Entry | undefined> => {
  await checkPins(run, stage)
  if (isMadeAnew(run, stage)) return undefined
  const asked = performance.now()
  const { hit } = await lookUp(run.store, recordIn(run, stage), stage.locations)
  return hit && reuse(run, stage, hit, asked)
}

/**
 * Brings a stage's result into the cache: finds it there, or waits for another process that is making it, or makes it.
 *
 * @returns `undefined` where a damaged input could not be made again.
 * @throws what the stage throws, diagnostics for a file with another digest than the one beside it, and the signal's
 * reason when aborted.
 */
export const runStage = async (
  run: RunState,
  stage: PlannedStage,
  { thorough, remake }: RunStageOptions,
): Promise<Entry | undefined> => {
  await checkPins(run, stage)
  const anew = isMadeAnew(run, stage)
  const asked = performance.now()
  let started: number | undefined
  for (;;) {
    const record = recordIn(run, stage)
    const find = () => lookUp(run.store, record, stage.locations, { thorough })
    const { hit } = anew ? {} : await find()
    if (hit !== undefined) return reuse(run, stage, hit, asked)

    const lock = await lockFor(run, stage, record)
    try {
      // Another process may have made it meanwhile. Damaged results are removed here, where no other process makes one.
      const { hit, damaged } = await find()
      for (const damage of damaged) await removeDamaged(run, stage, damage)
      if (hit !== undefined && !anew) return reuse(run, stage, hit, asked)

      if (started === undefined) await start(run, stage, record)
      started ??= performance.now()
      const inputs = await readInputs({ run, stage, remake })
      if (inputs === undefined) return undefined
      // An input that had to be made again may have come out otherwise: then this is another key.
      if (staticKey(recordIn(run, stage)) === staticKey(record))
        return await make(run, stage, { record, inputs, anew, started })
    } finally {
      await lock.release()
    }
  }
}

const checkPins = async ({ store }: RunState, stage: PlannedStage): Promise<void> => {
  const wrong = await wrongPins(stage, store.memo)
  if (wrong.length > 0) throw diagnosticsError(...wrong)
}

const isMadeAnew = ({ force }: RunState, { name, definition, config }: PlannedStage): boolean =>
  force.has(name) || definition.always?.(config) === true

const start = async ({ emit, whyAnew }: RunState, stage: PlannedStage, record: KeyRecord): Promise<void> => {
  emit({ event: 'stage', name: stage.name, status: 'started' })
  const message = await whyAnew?.(stage, record)
  if (message !== undefined) emit({ event: 'log', stage: stage.name, level: 'note', message })
}

const reuse = ({ emit }: RunState, { name }: PlannedStage, entry: Entry, asked: number): Entry => {
  tellReused(emit, name, entry, since(asked))
  return entry
}

const lockFor = ({ store, signal, emit }: RunState, { name }: PlannedStage, record: KeyRecord): Promise<Lock> =>
  intoCache(store.folder, () =>
    takeLock(lockFile(store, staticKey(record)), tmpFolder(store), {
      signal,
      onWait: reason => emit({ event: 'stage', name, status: 'waiting', reason }),
    }),
  )

const removeDamaged = async ({ store, emit }: RunState, { name }: PlannedStage, damage: Damage): Promise<void> => {
  await discard(store, damage.dir)
  emit({
    event: 'diagnostic',
    stage: name,
    diagnostic: {
      severity: 'warning',
      code: 'damaged-result',
      message: `A stored result of ${name} was damaged (${damage.reason}): removed, it is made again where it is needed.`,
    },
  })
}

interface Making {
  readonly record: KeyRecord
  readonly inputs: Readonly<Record<string, unknown>>
  readonly anew: boolean
  readonly started: number
}

const make = async (run: RunState, stage: PlannedStage, { record, inputs, anew, started }: Making): Promise<Entry> => {
  const { plan, store, signal, emit, graceMs } = run
  const scratch = await openScratch(store, staticKey(record), stage.locations, { fresh: anew, stage: record.stage })
  const result = await timed(scratch, started, () =>
    callStage({ stage, folder: dirname(plan.file), inputs, store, scratch, signal, emit, graceMs }),
  )
  if (!isTrusted(stage)) await checkOutputs(stage, result.outputs)
  const entry = await intoCache(store.folder, () =>
    keep(run, stage, { record, result, ms: scratch.spent + since(started) }),
  )
  scratch.remove()
  run.made.add(stage.name)
  const before = scratch.spent > 0 ? { before_ms: scratch.spent } : {}
  emit({ event: 'stage', name: stage.name, status: 'ran', ms: entry.manifest.ms, ...before, ...sizeOf(entry.manifest) })
  for (const [port, value] of Object.entries(result.outputs)) run.values.put({ stage: stage.name, port }, value)
  return entry
}

/** How often it is noted how long a stage has worked: what is killed cannot say so at its end. */
const notedEveryMs = 10_000

/** Keeps beside a stage's checkpoints how long was worked on them, for the run that goes on from there. */
const timed = async <T>(scratch: Scratch, started: number, work: () => Promise<T>): Promise<T> => {
  const note = (): void => scratch.spend(since(started))
  const clock = setInterval(note, notedEveryMs).unref()
  try {
    return await work()
  } catch (error) {
    note()
    throw error
  } finally {
    clearInterval(clock)
  }
}

/**
 * What a stage of a user's own returns may be of another shape than its kind says, which would be kept, and felt far from here. A
 * mistake of that sort is in the first record as in all others, so a few are looked at; `testStage` looks at more.
 */
const checkOutputs = async (stage: PlannedStage, outputs: StageResult['outputs']): Promise<void> => {
  for (const [port, value] of Object.entries(outputs))
    await checkRecords(stage.name, port, outputKind(stage, port), value, 100)
}

/** Writes a result into the cache. From here on a signal comes too late: the work is done. */
const keep = async (
  { store }: RunState,
  stage: PlannedStage,
  { record, result, ms }: { readonly record: KeyRecord; readonly result: StageResult; readonly ms: number },
): Promise<Entry> => {
  const draft = await beginDraft(store)
  try {
    const outputs: Record<string, StoredOutput> = {}
    for (const [port, value] of Object.entries(result.outputs)) {
      const kind = outputKind(stage, port)
      await kind.write(value, await draft.folder(port))
      const sealed = await draft.seal(port, kind)
      outputs[port] = kind.count === undefined ? sealed : { ...sealed, records: kind.count(value) }
    }
    const files = Object.values(outputs).flatMap(output => output.files)
    return await draft.commit({
      format: 1,
      record,
      files: result.read,
      outputs,
      wrote: result.wrote,
      said: result.said,
      created: new Date().toISOString(),
      ms,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    })
  } finally {
    await draft.drop()
  }
}

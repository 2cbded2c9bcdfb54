import { join } from 'node:path'
import { inspect } from '../cache/payload.ts'
import type { PlannedStage, Source } from '../plan/plan.ts'
import { runRecordFor } from './run-record.ts'
import { entryOf, outputKind, type RunState, stageOf } from './run-state.ts'

export interface ReadInputs {
  readonly run: RunState
  readonly stage: PlannedStage
  /** Makes a stage's result again, because it is damaged; false where that failed. */
  remake(stage: PlannedStage): Promise<boolean>
}

/** The values of a stage's input ports; `undefined` where a damaged one could not be made again. */
export const readInputs = async (reading: ReadInputs): Promise<Record<string, unknown> | undefined> => {
  const inputs: Record<string, unknown> = {}
  for (const [port, source] of Object.entries(reading.stage.inputs)) {
    const read = await readInput(reading, source)
    if (read === undefined) return undefined
    inputs[port] = read.value
  }
  for (const port of reading.stage.recorded?.ports ?? []) inputs[port] = runRecordFor(reading.run, reading.stage)
  return inputs
}

const readInput = async (reading: ReadInputs, source: Source): Promise<{ readonly value: unknown } | undefined> => {
  const { run, stage, remake } = reading
  const kept = isTrusted(stage) ? run.values.get(source) : undefined
  if (kept !== undefined) return kept
  // Another consumer may have found it damaged, and failed to have it made again.
  if (run.outcomes.get(source.stage)?.status !== 'done') return undefined
  const producer = stageOf(run.plan, source.stage)
  const { dir, manifest } = entryOf(run, source.stage)
  const folder = join(dir, source.port)
  const kind = outputKind(producer, source.port)
  for (let tried = false; ; tried = true) {
    if ((await inspect(folder, manifest.outputs[source.port]!)) !== undefined)
      return (await remake(producer)) ? readInput(reading, source) : undefined
    try {
      const value = await kind.read(folder)
      if (isTrusted(stage)) run.values.put(source, value)
      return { value }
    } catch (error) {
      // Sound, and yet unreadable: perhaps it was moved aside just then, and back (see cache/claims.ts). Once.
      if (tried) throw error
    }
  }
}

/**
 * Of our own stages a test says that they leave their inputs as they were. Any other gets values of its own, read from the
 * disk: what it does to them does not become the input of the next stage, whose result would be kept under the wrong key.
 */
export const isTrusted = ({ uses }: PlannedStage): boolean => !uses.includes('/')

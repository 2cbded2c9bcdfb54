import type { FileRecord } from '../cache/key.ts'
import type { Said } from '../cache/manifest.ts'
import type { Scratch } from '../cache/scratch.ts'
import type { Store } from '../cache/store.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { findPackage } from '../plugin/package-root.ts'
import type { RunContext } from '../plugin/stage.ts'
import { checkDeclared } from './check-declared.ts'
import { declaredFiles } from './declared-files.ts'
import type { Emit } from './events.ts'
import { throttledProgress } from './progress.ts'

export interface StageCall {
  readonly stage: PlannedStage
  /** Of the pipeline: packages are looked for from there first. */
  readonly folder: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly store: Store
  readonly scratch: Scratch
  readonly signal: AbortSignal
  readonly emit: Emit
  /** How long a stage may take to end after the signal, unless it heeds it in any case. */
  readonly graceMs: number
}

export interface StageResult {
  /** By port. */
  readonly outputs: Readonly<Record<string, unknown>>
  readonly read: readonly FileRecord[]
  readonly wrote: readonly FileRecord[]
  readonly said: readonly Said[]
}

/**
 * Runs a stage: the one place where a stage's code is called.
 *
 * @throws what the stage throws; an Error where it does not keep to its contract; the signal's reason where it was
 * aborted, even if the stage has ended well meanwhile (it may have cut its work short) or does not end at all.
 */
export const callStage = async (call: StageCall): Promise<StageResult> => {
  const { stage, folder, inputs, store, scratch, signal, graceMs } = call
  const { name, definition, config, locations } = stage
  let ended = false
  const emit: Emit = event => {
    if (!ended) call.emit(event)
  }
  const progress = throttledProgress(name, emit)
  const files = declaredFiles(store, locations, read => scratch.declare(read))
  const said: Said[] = []

  const context: RunContext = {
    config: structuredClone(config),
    inputs,
    machine: structuredClone(stage.machine ?? {}),
    package: name => findPackage(name, folder),
    signal,
    progress: progress.report,
    step: numbers => emit({ ...numbers, event: 'step', stage: name }),
    log: {
      info: message => emit({ event: 'log', stage: name, level: 'info', message }),
      note: message => emit({ event: 'log', stage: name, level: 'note', message }),
      warn(message) {
        said.push({ say: 'warn', message })
        emit({ event: 'log', stage: name, level: 'warn', message })
      },
      result(result, value) {
        said.push({ say: 'result', name: result, value })
        emit({ event: 'result', stage: name, name: result, value })
      },
    },
    files: path => files.read(path),
    wrote: async path => files.wrote(path),
    get scratch() {
      return scratch.path()
    },
  }
  try {
    const outputs = await within(
      async () => definition.run(context),
      signal,
      definition.heedsSignal ? undefined : graceMs,
    )
    signal.throwIfAborted()
    checkPorts(stage, outputs)
    const settled = await files.settle()
    checkDeclared(stage, settled)
    return { outputs: outputs ?? {}, ...settled, said }
  } finally {
    progress.flush()
    ended = true
  }
}

/** Waits for the work; after the signal only for so long, if there is a limit. What it does then is no longer looked at. */
const within = async <T>(work: () => Promise<T>, signal: AbortSignal, graceMs: number | undefined): Promise<T> => {
  signal.throwIfAborted()
  if (graceMs === undefined) return work()
  let timer: NodeJS.Timeout | undefined
  let stop = (): void => {}
  const abandoned = new Promise<never>((_, reject) => {
    stop = () => {
      timer = setTimeout(() => reject(signal.reason), graceMs)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work(), abandoned])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

const checkPorts = ({ name, definition }: PlannedStage, outputs: unknown): void => {
  const expected = Object.keys(definition.outputs ?? {})
  const returned = Object.entries((outputs ?? {}) as Readonly<Record<string, unknown>>)
  const found = returned.filter(([, value]) => value !== undefined).map(([port]) => port)
  const missing = expected.filter(port => !found.includes(port))
  const extra = found.filter(port => !expected.includes(port))
  if (missing.length === 0 && extra.length === 0) return
  const list = (ports: readonly string[]) => (ports.length === 0 ? 'none' : ports.join(', '))
  throw new Error(`stage ${name} must return the outputs ${list(expected)}; it returned ${list(found)}`)
}

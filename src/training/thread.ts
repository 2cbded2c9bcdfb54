import { createRequire } from 'node:module'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import type { Answer, Job, Message } from './messages.ts'
import type {
  Dataset,
  InferHooks,
  InferRequest,
  InferResult,
  TrainHooks,
  TrainRequest,
  TrainResult,
  Verdict,
} from './training.types.ts'
import { trainingError } from './training-error.ts'

/**
 * Trains in a thread of its own, so that this one can show progress and hear an interrupt, which is felt within a
 * part of a batch.
 * @param request its `weights` are handed over to the thread: their arrays are empty from then on
 * @throws TrainingError for what the user can mend; the signal's reason where it is aborted
 */
export async function train(request: TrainRequest, hooks: TrainHooks = {}): Promise<TrainResult> {
  const file = threadFile()
  if (file === undefined) return (await import('./train-here.ts')).trainHere(request, hooks)
  const handed = memoryOf(request.weights)
  if (handed.some(({ byteLength }) => byteLength === 0))
    throw new Error('These weights were handed over to another training.')
  return inThread(
    file,
    { job: 'train', request: { ...request, data: shared(request.data) } },
    handed,
    hooks,
    (message, answer) => {
      if (message.is === 'step') hooks.onStep?.(message.report)
      if (message.is === 'resumed') hooks.onResume?.(message.checkpoint, message.step, message.total_steps)
      if (message.is === 'evaluating') hooks.onEvaluating?.(message.report)
      if (message.is === 'evaluated') answer(async () => hooks.onEvaluate!(message.evaluated))
      if (message.is === 'stopping') hooks.onStop?.(message.stop)
      if (message.is === 'checkpoint') hooks.onCheckpoint?.(message.folder)
      return message.is === 'trained' ? message.result : undefined
    },
  )
}

/** Computes every row's logits, likewise. */
export async function infer(request: InferRequest, hooks: InferHooks = {}): Promise<InferResult> {
  const file = threadFile()
  if (file === undefined) return (await import('./infer-here.ts')).inferHere(request, hooks)
  return inThread(file, { job: 'infer', request: { ...request, data: shared(request.data) } }, [], hooks, message => {
    if (message.is === 'batch') hooks.onBatch?.(message.report)
    return message.is === 'inferred' ? message.result : undefined
  })
}

/**
 * The built file that a thread runs. Where there is none, because the package runs from its sources before a build, the work
 * is done here. That way is also what makes the computing part of this file's imports, and so of the code digest in the key of
 * every stage that trains.
 */
export function threadFile(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('sluice/training-worker')
  } catch {
    return undefined
  }
}

/**
 * Rows in memory that both threads see. What is sent is copied twice, and both copies are there at once: with many rows that would be
 * most of the memory that a training takes. (They are not handed over: other stages may have a use for them.)
 */
function shared(data: Dataset): Dataset {
  const each = <From, To>(columns: Readonly<Record<string, From>>, of: (column: From) => To) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, of(column)]))
  return {
    ...data,
    ragged: each(data.ragged, column => ({
      ...column,
      values: inSharedMemory(column.values),
      offsets: inSharedMemory(column.offsets),
    })),
    scalar: each(data.scalar, inSharedMemory),
  }
}

function inSharedMemory<T extends Int32Array | Uint8Array | Uint16Array>(column: T): T {
  if (column.buffer instanceof SharedArrayBuffer) return column
  const Column = column.constructor as new (memory: SharedArrayBuffer) => T
  const copy = new Column(new SharedArrayBuffer(column.byteLength))
  copy.set(column)
  return copy
}

/** How much of what a library prints is kept, for the report of a crash. */
const KEPT = 4096

/** The memory that weights are in, to be handed over with them. */
export const memoryOf = (weights: TrainRequest['weights']): ArrayBuffer[] => [
  ...new Set([...weights.values()].map(({ data }) => data.buffer as ArrayBuffer)),
]

/** What a thread looks at between parts of its work: 1 tells it to stop. */
export const newStop = (): Int32Array => new Int32Array(new SharedArrayBuffer(4))

/** Starts a thread, and keeps the end of what is printed in it. */
export function startThread(file: string) {
  // Libraries print banners and warnings of their own: they go nowhere, unless the thread crashes. What a native library is
  // told by environment variables, it hears only where the thread's are the process's.
  const worker = new Worker(file, { stdout: true, stderr: true, env: SHARE_ENV })
  let printed = ''
  for (const stream of [worker.stdout, worker.stderr])
    stream.on('data', text => {
      printed = `${printed}${text}`.slice(-KEPT)
    })
  return { worker, printed: () => printed }
}

type Started = Job extends infer J ? (J extends { readonly job: 'train' | 'infer' } ? Omit<J, 'stop'> : never) : never

async function inThread<Result>(
  file: string,
  job: Started,
  handed: readonly ArrayBuffer[],
  { signal, say, onStopping }: Pick<TrainHooks, 'signal' | 'say' | 'onStopping'>,
  take: (message: Message, answer: (work: () => Promise<Verdict>) => void) => Result | undefined,
): Promise<Result> {
  signal?.throwIfAborted()
  const stop = newStop()
  const askToStop = () => {
    Atomics.store(stop, 0, 1)
    onStopping?.()
  }
  const { worker, printed } = startThread(file)
  signal?.addEventListener('abort', askToStop)
  try {
    worker.postMessage({ ...job, stop }, handed)
    return await new Promise<Result>((resolve, reject) => {
      const post = (answer: Answer) => worker.postMessage(answer)
      // Where a hook throws, the thread is told to stop and keeps what it has made: ended while a library computes in it, it
      // would take the process with it.
      let failure: { readonly error: unknown } | undefined
      const fail = (error: unknown) => {
        failure ??= { error }
        Atomics.store(stop, 0, 1)
      }
      const answer = (work: () => Promise<Verdict>) =>
        work().then(
          verdict => post({ verdict }),
          error => {
            if (!signal?.aborted) fail(error)
            post({})
          },
        )
      worker.on('message', (message: Message) => {
        if (message.is === 'stopped') reject(failure ? failure.error : signal?.reason)
        if (message.is === 'problem') reject(failure ? failure.error : trainingError(message.problem))
        try {
          if (message.is === 'said') say?.(message.message)
          const result = take(message, answer)
          if (result !== undefined) failure ? reject(failure.error) : resolve(result)
        } catch (error) {
          fail(error)
        }
      })
      worker.on('error', error => reject(Object.assign(error, { printed: printed() })))
      worker.on('exit', code =>
        reject(
          new Error(
            `The training thread ended with code ${code} before its job was done.${printed() && `\n${printed()}`}`,
          ),
        ),
      )
    })
  } finally {
    signal?.removeEventListener('abort', askToStop)
    await worker.terminate()
  }
}

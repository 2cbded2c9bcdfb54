import type { Asked, Job, Message } from './messages.ts'
import { memoryOf, newStop, startThread, threadFile } from './thread.ts'
import type { InferResult, Standing, StandingRequest } from './training.types.ts'
import { trainingError } from './training-error.ts'

/**
 * Opens a model in a thread of its own, to compute logits of one set of rows after the other while this one reads and writes.
 * @param request its `weights` are handed over to the thread: their arrays are empty from then on
 * @param say which engine was taken, and why
 * @throws TrainingError for what the user can mend
 */
export async function openModel(
  request: StandingRequest,
  say?: (message: string) => void,
): Promise<Standing<AbortSignal>> {
  const file = threadFile()
  if (file === undefined) return (await import('./standing-here.ts')).standingHere(request, say)
  const { worker, printed } = startThread(file)
  let waiting: { take(message: Message): void; giveUp(error: Error): void } | undefined
  let ended: Error | undefined
  const end = (error: Error) => {
    ended = error
    waiting?.giveUp(error)
  }
  worker.on('message', (message: Message) => (message.is === 'said' ? say?.(message.message) : waiting?.take(message)))
  worker.on('error', error => end(Object.assign(error, { printed: printed() })))
  worker.on('exit', code => end(new Error(`The model's thread ended with code ${code}.\n${printed()}`)))

  /** Posts a message and waits for what answers it. */
  const ask = <Result>(post: () => void, resultOf: (message: Message) => Result | undefined, stopped?: () => unknown) =>
    new Promise<Result>((resolve, reject) => {
      if (ended) return reject(ended)
      waiting = {
        giveUp: reject,
        take(message) {
          const result = resultOf(message)
          if (result !== undefined) resolve(result)
          if (message.is === 'problem') reject(trainingError(message.problem))
          if (message.is === 'stopped') reject(stopped?.())
        },
      }
      post()
    }).finally(() => {
      waiting = undefined
    })

  const job: Job = { job: 'stand', request, stop: newStop() }
  await ask(
    () => worker.postMessage(job, memoryOf(request.weights)),
    message => message.is === 'opened' || undefined,
  ).catch(async error => {
    await worker.terminate()
    throw error
  })

  // One after the other, in the order in which they were asked.
  let last: Promise<unknown> = Promise.resolve()
  return {
    infer(data, batch_size, signal) {
      const result = last.then(async () => {
        signal?.throwIfAborted()
        const stop = newStop()
        const askToStop = () => void Atomics.store(stop, 0, 1)
        signal?.addEventListener('abort', askToStop)
        const asked: Asked = { data, batch_size, stop }
        return ask<InferResult>(
          () => worker.postMessage(asked),
          message => (message.is === 'inferred' ? message.result : undefined),
          () => signal?.reason,
        ).finally(() => signal?.removeEventListener('abort', askToStop))
      })
      last = result.catch(() => {})
      return result
    },
    async close() {
      // Ended while a library computes in it, the thread would take the process with it.
      await last
      ended ??= new Error('The model was closed.')
      await worker.terminate()
    },
  }
}

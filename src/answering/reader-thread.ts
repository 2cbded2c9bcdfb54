import { createRequire } from 'node:module'
import { stageError } from '../plugin/stage-error.ts'
import { startThread } from '../training/thread.ts'
import type { Answer, Reader, ReaderSettings } from './answering.types.ts'
import { type Message, OPENING, type Order } from './messages.ts'
import { openReader } from './open-reader.ts'

type Answers = readonly (Answer | undefined)[]

/**
 * As `openReader`, in a thread of its own: reading a book takes a second, in which this thread could answer nobody. Sets of
 * questions that are asked beside each other take turns, batch by batch.
 * @throws stageError
 */
export async function openReaderThread(folder: string, settings: ReaderSettings): Promise<Reader> {
  const file = threadFile()
  if (file === undefined) return openReader(folder, settings)
  const { worker, printed } = startThread(file)
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  const waiting = new Map<number, { resolve(answers: Answers): void; reject(error: unknown): void }>()
  let ended: Error | undefined
  const end = (error: Error) => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('error', error => end(Object.assign(error, { printed: printed() })))
  worker.on('exit', code => end(new Error(`The reader's thread ended with code ${code}.\n${printed()}`)))
  worker.on('message', (message: Message) => {
    // Whoever has given up is not there any more.
    const asked = waiting.get(message.number)
    waiting.delete(message.number)
    if (message.is !== 'failed') return asked?.resolve(message.is === 'answered' ? message.answers : [])
    const { failure } = message
    asked?.reject('problem' in failure ? stageError(failure.problem) : failure.error)
  })

  const send = (order: Order) => worker.postMessage(order)
  const ask = (number: number, order: Order, signal?: AbortSignal) =>
    new Promise<Answers>((resolve, reject) => {
      if (ended) return reject(ended)
      if (signal?.aborted) return reject(signal.reason)
      const giveUp = () => {
        waiting.delete(number)
        send({ order: 'give up', number })
        reject(signal?.reason)
      }
      const done = () => signal?.removeEventListener('abort', giveUp)
      waiting.set(number, {
        resolve(answers) {
          done()
          resolve(answers)
        },
        reject(error) {
          done()
          reject(error)
        },
      })
      signal?.addEventListener('abort', giveUp, { once: true })
      send(order)
    })

  await ask(OPENING, { order: 'open', folder, settings }).catch(async error => {
    await worker.terminate()
    throw error
  })
  let last = OPENING
  return {
    answer(questions, signal) {
      const number = ++last
      return ask(number, { order: 'answer', number, questions }, signal)
    },
    async close() {
      if (!ended) send({ order: 'close' })
      await exited
    },
  }
}

/** The built file that the thread runs; none where the package runs from its sources before a build. */
function threadFile(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('sluice/answering-worker')
  } catch {
    return undefined
  }
}

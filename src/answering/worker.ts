// The thread of `openReaderThread`: cuts questions into windows, has the model compute them (in a thread of its own), and
// chooses answers.
import { parentPort } from 'node:worker_threads'
import { isStageError } from '../plugin/stage-error.ts'
import type { Reader } from './answering.types.ts'
import { type Message, OPENING, type Order } from './messages.ts'
import { openReader } from './open-reader.ts'

let reader: Reader
/** Of what is being answered, by number. */
const controllers = new Map<number, AbortController>()

parentPort!.on('message', (order: Order) => {
  switch (order.order) {
    case 'open':
      return telling(OPENING, async () => {
        reader = await openReader(order.folder, order.settings)
        return { is: 'opened', number: OPENING }
      })
    case 'answer': {
      const { number, questions } = order
      const controller = new AbortController()
      controllers.set(number, controller)
      return telling(number, async () => ({
        is: 'answered',
        number,
        answers: await reader.answer(questions, controller.signal).finally(() => controllers.delete(number)),
      }))
    }
    case 'give up':
      return controllers.get(order.number)?.abort()
    case 'close':
      return void reader.close().then(() => parentPort!.close())
  }
})

/** Tells what comes of it, or why nothing does. */
function telling(number: number, work: () => Promise<Message>): void {
  const failed = (error: unknown): Message => ({
    is: 'failed',
    number,
    failure: isStageError(error) ? { problem: error.problem } : { error: error as Error },
  })
  work()
    .catch(failed)
    .then(message => parentPort!.postMessage(message))
}

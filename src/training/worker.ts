// The thread that computes: it does one job, tells of it by messages, and ends. See thread.ts for the other side, and
// standing-thread.ts of the job that does not end.
import { parentPort, type TransferListItem } from 'node:worker_threads'
import type { Weight } from '../model/model.types.ts'
import { isTensorError } from '../tensor/tensor-error.ts'
import { inferHere } from './infer-here.ts'
import type { Answer, Asked, Job, Message } from './messages.ts'
import { standingHere } from './standing-here.ts'
import { trainHere } from './train-here.ts'
import type { InferResult, TrainResult, Verdict } from './training.types.ts'
import { isTrainingError } from './training-error.ts'

const stopped = new Error('stopped')

// The job comes by a message, and not with the start, because what a thread is started with stays in memory.
parentPort!.once('message', (job: Job) => {
  doJob(job).catch(tell)
})

/** Tells why there is no result. */
function tell(error: unknown) {
  if (error === stopped) post({ is: 'stopped' })
  else if (isTrainingError(error) || isTensorError(error)) post({ is: 'problem', problem: error.problem })
  else throw error
}

async function doJob(job: Job): Promise<void> {
  const hooks = { signal: signalOf(job.stop), say: (message: string) => post({ is: 'said', message }) }
  switch (job.job) {
    case 'train': {
      const result = await trainHere(
        job.request,
        {
          ...hooks,
          onStep: report => post({ is: 'step', report }),
          onResume: (checkpoint, step, total_steps) => post({ is: 'resumed', checkpoint, step, total_steps }),
          onEvaluating: report => post({ is: 'evaluating', report }),
          onEvaluate(evaluated) {
            post({ is: 'evaluated', evaluated }, buffersOf(evaluated.logits))
            return answer()
          },
          onStop: stop => post({ is: 'stopping', stop }),
          onCheckpoint: folder => post({ is: 'checkpoint', folder }),
        },
        // They came with the message, and would stay for as long as the training takes.
        () => (job.request.weights as Map<string, Weight>).clear(),
      )
      return post({ is: 'trained', result }, buffersOf(result))
    }
    case 'infer': {
      const result = await inferHere(job.request, {
        ...hooks,
        onBatch: report => post({ is: 'batch', report }),
      })
      return post({ is: 'inferred', result }, buffersOf(result))
    }
    case 'stand': {
      const model = await standingHere(job.request, hooks.say)
      parentPort!.on('message', ({ data, batch_size, stop }: Asked) => {
        model
          .infer(data, batch_size, signalOf(stop))
          .then(result => post({ is: 'inferred', result }, buffersOf(result)))
          .catch(tell)
      })
      return post({ is: 'opened' })
    }
  }
}

const answer = (): Promise<Verdict> =>
  new Promise((resolve, reject) => {
    parentPort!.once('message', ({ verdict }: Answer) => (verdict ? resolve(verdict) : reject(stopped)))
  })

/** A signal that looks at shared memory when asked: a message would wait for the end of the running batch, or of the job. */
function signalOf(stop: Int32Array) {
  return {
    throwIfAborted() {
      if (Atomics.load(stop, 0) !== 0) throw stopped
    },
  }
}

/** The memory of a result, which is handed over instead of copied. */
function buffersOf(result: TrainResult | InferResult): ArrayBuffer[] {
  const arrays =
    'weights' in result
      ? [...result.weights.values()].map(({ data }) => data)
      : [result.start, result.end, result.offsets]
  return arrays.map(array => array.buffer as ArrayBuffer)
}

function post(message: Message, transfer: readonly TransferListItem[] = []) {
  parentPort!.postMessage(message, [...transfer])
}

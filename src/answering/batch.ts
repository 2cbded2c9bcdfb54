import type { Answer, Question, Reader } from './answering.types.ts'

/** Answers single questions, those that wait together in one batch. */
export interface Batcher {
  /** @throws as `Reader.answer` */
  answer(question: Question): Promise<Answer | undefined>
  /** Questions that are not answered yet. */
  readonly waiting: number
}

interface Waiting {
  readonly question: Question
  resolve(answer: Answer | undefined): void
  reject(error: unknown): void
}

/** Questions computed together, at most. */
const MOST = 64

/**
 * While one batch is computed, questions gather for the next: nobody waits for company, and under load batches grow by
 * themselves.
 */
export function batcherOf(reader: Pick<Reader, 'answer'>): Batcher {
  const queue: Waiting[] = []
  let computing = 0

  const work = async () => {
    while (queue.length > 0) {
      const batch = queue.splice(0, MOST)
      computing = batch.length
      await answerAll(reader, batch)
      computing = 0
    }
  }
  return {
    answer: question =>
      new Promise((resolve, reject) => {
        queue.push({ question, resolve, reject })
        // What comes in this turn of the loop belongs to the first batch.
        if (computing === 0 && queue.length === 1) setImmediate(work)
      }),
    get waiting() {
      return queue.length + computing
    },
  }
}

/** What is wrong with one question is no other's business: where a batch fails, each is answered alone. */
async function answerAll(reader: Pick<Reader, 'answer'>, batch: readonly Waiting[]): Promise<void> {
  try {
    const answers = await reader.answer(batch.map(({ question }) => question))
    batch.forEach(({ resolve }, at) => {
      resolve(answers[at])
    })
  } catch (error) {
    if (batch.length === 1) batch[0]!.reject(error)
    else for (const each of batch) await answerAll(reader, [each])
  }
}

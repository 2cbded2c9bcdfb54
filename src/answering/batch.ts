import type { Answer, Question, Reader } from './answering.types.ts'

/** Answers single questions, those that wait together in one batch. */
export interface Batcher {
  /**
   * @param signal aborts where nobody waits for the answer any more
   * @throws as `Reader.answer`; the signal's reason where it is aborted
   */
  answer(question: Question, signal?: AbortSignal): Promise<Answer | undefined>
  /** Questions that are not answered yet. */
  readonly waiting: number
}

interface Waiting {
  readonly question: Question
  readonly signal: AbortSignal | undefined
  resolve(answer: Answer | undefined): void
  reject(error: unknown): void
}

interface Most {
  readonly questions: number
  /** Of their contexts; a question alone may have more. */
  readonly characters: number
}

/** A context of more characters is long: it has some 25 windows, several batches of the model. */
export const LONG = 2 ** 14
/** What is computed together, at most. */
const most: Most = { questions: 64, characters: 2 ** 16 }
const one: Most = { questions: 1, characters: 0 }

/**
 * Two lanes, in which the reader has them take turns: questions about long contexts go one by one, and hold up no more than each
 * other.
 */
export function batcherOf(reader: Pick<Reader, 'answer'>): Batcher {
  const short = laneOf(reader, most)
  const long = laneOf(reader, one)
  return {
    answer: (question, signal) => (question.context.length > LONG ? long : short).answer(question, signal),
    get waiting() {
      return short.waiting + long.waiting
    },
  }
}

/**
 * While one batch is computed, questions gather for the next: nobody waits for company, and under load batches grow by
 * themselves.
 */
function laneOf(reader: Pick<Reader, 'answer'>, most: Most): Batcher {
  const queue: Waiting[] = []
  let computing = 0
  let working = false

  const work = async () => {
    while (queue.length > 0) {
      const batch = queue.splice(0, countOf(queue, most))
      computing = batch.length
      await answerAll(reader, batch)
      computing = 0
    }
    working = false
  }
  return {
    answer: (question, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const waiting = { question, signal, resolve, reject }
        queue.push(waiting)
        signal?.addEventListener('abort', () => {
          const at = queue.indexOf(waiting)
          if (at >= 0) queue.splice(at, 1)
          reject(signal.reason)
        })
        // What comes in this turn of the loop belongs to the first batch.
        if (!working) setImmediate(work)
        working = true
      }),
    get waiting() {
      return queue.length + computing
    },
  }
}

/** How many of those that wait are computed together. */
function countOf(queue: readonly Waiting[], most: Most): number {
  let characters = 0
  const tooMany = queue.findIndex(({ question }, at) => {
    characters += question.context.length
    return at > 0 && (at === most.questions || characters > most.characters)
  })
  return tooMany < 0 ? queue.length : tooMany
}

/**
 * What is wrong with one question is no other's business: where a batch fails, each is answered alone. It is given up where
 * nobody waits for any of its answers.
 */
async function answerAll(reader: Pick<Reader, 'answer'>, batch: readonly Waiting[]): Promise<void> {
  const wanted = batch.filter(({ signal }) => !signal?.aborted)
  if (wanted.length === 0) return
  const controller = new AbortController()
  const giveUp = () => {
    if (wanted.every(({ signal }) => signal?.aborted)) controller.abort()
  }
  for (const { signal } of wanted) signal?.addEventListener('abort', giveUp)
  try {
    const answers = await reader.answer(
      wanted.map(({ question }) => question),
      controller.signal,
    )
    wanted.forEach(({ resolve }, at) => {
      resolve(answers[at])
    })
  } catch (error) {
    if (wanted.length === 1) wanted[0]!.reject(error)
    else for (const each of wanted) await answerAll(reader, [each])
  }
}

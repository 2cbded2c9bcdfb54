// What passes between `openReaderThread` and the thread that reads and answers. All of it can be cloned.
import type { StageProblem } from '../plugin/stage-error.ts'
import type { Answer, Question, ReaderSettings } from './answering.types.ts'

/** The first is `open`, which is answered by `opened` or `failed`; the last is `close`, at which the thread ends. */
export type Order =
  | { readonly order: 'open'; readonly folder: string; readonly settings: ReaderSettings }
  /** Answered by `answered` or `failed`, with its number. */
  | { readonly order: 'answer'; readonly number: number; readonly questions: readonly Question[] }
  /** Nobody waits for that answer any more. */
  | { readonly order: 'give up'; readonly number: number }
  | { readonly order: 'close' }

/** The number of what is no answer: opening. */
export const OPENING = 0

export type Message =
  | { readonly is: 'opened'; readonly number: typeof OPENING }
  | { readonly is: 'answered'; readonly number: number; readonly answers: readonly (Answer | undefined)[] }
  /** What the user can mend, or what else was thrown. */
  | { readonly is: 'failed'; readonly number: number; readonly failure: { problem: StageProblem } | { error: Error } }

// What decoding and scoring need to know of a window and of a question, however they are stored.

/** One evaluation window. Positions count tokens of the window, `[CLS]` first. */
export interface WindowView {
  readonly unique_id: number
  readonly example_index: number
  readonly tokens: readonly string[]
  /** The word that the token at a position belongs to, or -1 where it is not of the document part. */
  word(position: number): number
  isMaxContext(position: number): boolean
}

/** One question. `words` are its context's, in order. */
export interface QuestionView {
  readonly id: string
  readonly words: readonly string[]
  /** The accepted answers; empty where the question has none. */
  readonly answers: readonly string[]
}

// What decoding needs to know of a window and of a question, however they are stored.

/** One evaluation window. Positions count its tokens. */
export interface WindowView {
  readonly unique_id: number
  readonly example_index: number
  /** Where `[CLS]` stands: first, or last with `cls_token_at_end`. */
  readonly cls_index: number
  readonly tokens: readonly string[]
  /** The word that the token at a position belongs to, or -1 where it is not of the document part. */
  word(position: number): number
  isMaxContext(position: number): boolean
}

/** One question. `words` are its context's, in order. */
export interface QuestionView {
  readonly words: readonly string[]
}

/** How windows are laid out, under the names that the field uses. */
export interface WindowSettings {
  readonly max_seq_length: number
  readonly doc_stride: number
  readonly max_query_length: number
  /** For models that put `[CLS]` last. */
  readonly cls_token_at_end: boolean
  readonly cls_token_segment_id: number
  readonly sequence_a_segment_id: number
  readonly sequence_b_segment_id: number
  /** Id of the token that fills a window up. */
  readonly pad_token: number
  readonly pad_token_segment_id: number
  /** True: `input_mask` is 1 on real tokens and 0 on padding; false: the other way round. */
  readonly mask_padding_with_zero: boolean
}

/** As BERT has them. */
export const defaultWindowSettings: WindowSettings = {
  max_seq_length: 384,
  doc_stride: 128,
  max_query_length: 64,
  cls_token_at_end: false,
  cls_token_segment_id: 0,
  sequence_a_segment_id: 0,
  sequence_b_segment_id: 1,
  pad_token: 0,
  pad_token_segment_id: 0,
  mask_padding_with_zero: true,
}

/** `[CLS]` and two `[SEP]`. */
export const extraTokens = 3

/** How many document pieces fit beside a question's pieces; may be 0 or less. */
export const roomFor = (query: number, { max_seq_length }: WindowSettings): number =>
  max_seq_length - query - extraTokens

/** Positions in a window: `[CLS] query [SEP] document [SEP]`, or `query [SEP] document [SEP] [CLS]`. */
export interface Layout {
  readonly length: number
  readonly cls: number
  readonly query: number
  readonly firstSep: number
  readonly document: number
  readonly lastSep: number
}

/** Where everything stands in a window of so many query and document pieces. */
export function layout(query: number, document: number, { cls_token_at_end }: WindowSettings): Layout {
  const start = cls_token_at_end ? 0 : 1
  const length = query + document + extraTokens
  return {
    length,
    cls: cls_token_at_end ? length - 1 : 0,
    query: start,
    firstSep: start + query,
    document: start + query + 1,
    lastSep: start + query + 1 + document,
  }
}

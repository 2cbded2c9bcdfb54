import type { Static } from '../plugin/artifact.ts'
import { Type } from '../plugin/schema.ts'
import { fillIds, fillPMask, fillSegments, firstUniqueId, windowParts } from './window-parts.ts'
import type { Windows } from './windows.ts'

const integers = Type.Array(Type.Integer())
const position = Type.Union([Type.Integer(), Type.Null()])

/** A window as `pipeline cat` prints it: in full, arrays padded to `max_seq_length`. */
export const WindowRecord = Type.Object({
  unique_id: Type.Integer({ description: 'Counts from 1,000,000,000.' }),
  example_index: Type.Integer({ description: 'The question, as `read` numbers them.' }),
  doc_span_index: Type.Integer({ description: 'Counts the windows of one question.' }),
  tokens: Type.Array(Type.String()),
  token_to_orig_map: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), {
    description: 'Pairs of a position in the window and the word that its token belongs to.',
  }),
  token_is_max_context: Type.Array(Type.Integer(), {
    description: 'Positions of the tokens that have most context in this window.',
  }),
  input_ids: integers,
  input_mask: integers,
  segment_ids: integers,
  cls_index: Type.Integer(),
  p_mask: Type.Array(Type.Integer(), { description: '0 where an answer may stand, 1 elsewhere.' }),
  paragraph_len: Type.Integer({ description: 'Tokens of the document part.' }),
  start_position: position,
  end_position: position,
  is_impossible: Type.Boolean(),
})
export type WindowRecord = Static<typeof WindowRecord>

/** Window `index` in full. */
export function windowRecord(windows: Windows, index: number): WindowRecord {
  const { settings, tokenizer } = windows
  const parts = windowParts(windows, index)
  const { layout, words } = parts
  const real = settings.mask_padding_with_zero ? 1 : 0

  const ids = new Int32Array(settings.max_seq_length).fill(settings.pad_token)
  const mask = new Uint8Array(settings.max_seq_length).fill(1 - real).fill(real, 0, layout.length)
  const segments = new Uint8Array(settings.max_seq_length).fill(settings.pad_token_segment_id)
  const p_mask = new Uint8Array(settings.max_seq_length).fill(1)
  fillIds(ids, 0, parts, windows)
  fillSegments(segments, 0, parts, windows)
  fillPMask(p_mask, 0, parts)

  const positions = Array.from(words, (_, at) => at)
  const trained = windows.for === 'training'
  return {
    unique_id: firstUniqueId + index,
    example_index: windows.example_index[index]!,
    doc_span_index: parts.doc_span_index,
    tokens: Array.from(ids.subarray(0, layout.length), id => tokenizer.vocab[id]!),
    token_to_orig_map: positions.map(at => [layout.document + at, words[at]!]),
    token_is_max_context: positions.filter(parts.isMaxContext).map(at => layout.document + at),
    input_ids: Array.from(ids),
    input_mask: Array.from(mask),
    segment_ids: Array.from(segments),
    cls_index: layout.cls,
    p_mask: Array.from(p_mask),
    paragraph_len: words.length,
    start_position: trained ? windows.start_position[index]! : null,
    end_position: trained ? windows.end_position[index]! : null,
    is_impossible: windows.is_impossible[index] === 1,
  }
}

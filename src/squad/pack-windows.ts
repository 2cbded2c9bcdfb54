import type { TrainingSet } from './training-set.types.ts'
import { extraTokens } from './window-layout.ts'
import { fillIds, fillPMask, fillSegments, windowParts } from './window-parts.ts'
import type { Windows } from './windows.ts'

/** Packs windows into the columns that training and prediction read: every token once, no padding. */
export function packWindows(windows: Windows): TrainingSet {
  const { settings, example_index } = windows
  const count = example_index.length
  const offsets = tokenOffsets(windows)
  const tokens = offsets[count]!
  const ids = fitTwoBytes(windows)
    ? new Uint16Array(new SharedArrayBuffer(2 * tokens))
    : new Int32Array(new SharedArrayBuffer(4 * tokens))
  const segments = bytes(tokens)
  const cls_index = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const parts = windowParts(windows, i)
    fillIds(ids, offsets[i]!, parts, windows)
    fillSegments(segments, offsets[i]!, parts, windows)
    cls_index[i] = parts.layout.cls
  }
  const real = settings.mask_padding_with_zero ? 1 : 0
  return {
    for: windows.for,
    max_seq_length: settings.max_seq_length,
    input_ids: { values: ids, offsets },
    input_mask: { values: bytes(tokens).fill(real), offsets },
    segment_ids: { values: segments, offsets },
    get p_mask() {
      const values = bytes(tokens)
      for (let i = 0; i < count; i++) fillPMask(values, offsets[i]!, windowParts(windows, i))
      return { values, offsets }
    },
    cls_index,
    ...(windows.for === 'training' && {
      start_positions: windows.start_position,
      end_positions: windows.end_position,
    }),
    example_index,
    question_ids: windows.ids,
    padding: {
      input_ids: settings.pad_token,
      input_mask: 1 - real,
      segment_ids: settings.pad_token_segment_id,
      p_mask: 1,
    },
    tokenizer: windows.tokenizer,
  }
}

const bytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

const fitTwoBytes = ({ cls_token, sep_token, context_pieces, query_pieces }: Windows): boolean =>
  [[cls_token, sep_token], context_pieces.values, query_pieces.values].every(ids => ids.every(id => id < 2 ** 16))

/** Where each window's tokens start, and one past the last. */
function tokenOffsets({ example_index, doc_length, query_pieces }: Windows): Int32Array {
  const offsets = new Int32Array(example_index.length + 1)
  for (let i = 0; i < example_index.length; i++) {
    const example = example_index[i]!
    const query = query_pieces.offsets[example + 1]! - query_pieces.offsets[example]!
    offsets[i + 1] = offsets[i]! + query + doc_length[i]! + extraTokens
  }
  return offsets
}

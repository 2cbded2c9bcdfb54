import { join } from 'node:path'
import { defineArtifact } from '../plugin/artifact.ts'
import { packFile, unpackFile } from '../plugin/codec.ts'
import { readColumns, writeColumns } from '../plugin/columns.ts'
import type { ExampleSettings } from './examples.ts'
import { readIntegers, writeIntegers } from './integer-columns.ts'
import type { Ragged } from './ragged.ts'
import type { TokenizerSettings } from './training-set.types.ts'
import type { WindowSettings } from './window-layout.ts'
import { WindowRecord, windowRecord } from './window-record.ts'
import { windowText } from './window-text.ts'

/**
 * Windows over the contexts, one question's after the other. Pieces stand once a context and once a question; a window
 * is no more than where it lies: what it looks like in full follows from that and the settings.
 */
export interface Windows extends ExampleSettings {
  readonly settings: WindowSettings
  readonly tokenizer: TokenizerSettings
  /** Ids of `[CLS]` and `[SEP]`. */
  readonly cls_token: number
  readonly sep_token: number
  readonly context_pieces: Ragged
  /** The word that each piece of a context belongs to. */
  readonly context_words: Ragged
  // One row, or value, a question (an example).
  readonly ids: readonly string[]
  readonly context: Int32Array
  /** Cut off at `max_query_length`. */
  readonly query_pieces: Ragged
  /** Question `j` has the windows `first_window[j]` up to and without `first_window[j + 1]`; none where it is left out. */
  readonly first_window: Int32Array
  // One value a window.
  readonly example_index: Int32Array
  /** The document pieces of a window: the first, and how many. */
  readonly doc_start: Int32Array
  readonly doc_length: Int32Array
  /** Positions in the window; -1 outside training. */
  readonly start_position: Int32Array
  readonly end_position: Int32Array
  readonly is_impossible: Uint8Array
}

/** Windows ("features"), made by `span`. */
export const Windows = defineArtifact<Windows>({
  kind: 'windows',
  version: 1,
  schema: WindowRecord,
  count: ({ first_window }) => first_window.at(-1) ?? 0,

  async write(windows, dir) {
    const { ids, context, context_pieces, context_words, query_pieces, first_window } = windows
    const { example_index, doc_start, doc_length, start_position, end_position, is_impossible } = windows
    await packFile(join(dir, 'settings.msgpack'), {
      for: windows.for,
      version_2_with_negative: windows.version_2_with_negative,
      do_lower_case: windows.tokenizer.do_lower_case,
      settings: windows.settings,
      cls_token: windows.cls_token,
      sep_token: windows.sep_token,
    })
    await writeColumns(dir, 'texts', { ids, vocab: windows.tokenizer.vocab })
    await writeIntegers(dir, 'contexts', { context_pieces, context_words })
    await writeIntegers(dir, 'questions', { context, query_pieces, first_window })
    await writeIntegers(dir, 'windows', {
      example_index,
      doc_start,
      doc_length,
      start_position,
      end_position,
      is_impossible,
    })
  },

  async read(dir) {
    const { do_lower_case, ...settings } = (await unpackFile(join(dir, 'settings.msgpack'))) as ExampleSettings & {
      readonly do_lower_case: boolean
      readonly settings: WindowSettings
      readonly cls_token: number
      readonly sep_token: number
    }
    const { ids, vocab } = await readColumns(dir, 'texts', { ids: String, vocab: String })
    const contexts = await readIntegers(dir, 'contexts')
    const questions = await readIntegers(dir, 'questions')
    const windows = await readIntegers(dir, 'windows')
    return {
      ...settings,
      tokenizer: { vocab, do_lower_case },
      context_pieces: contexts.ragged('context_pieces'),
      context_words: contexts.ragged('context_words'),
      ids,
      context: questions.column('context'),
      query_pieces: questions.ragged('query_pieces'),
      first_window: questions.column('first_window'),
      example_index: windows.column('example_index'),
      doc_start: windows.column('doc_start'),
      doc_length: windows.column('doc_length'),
      start_position: windows.column('start_position'),
      end_position: windows.column('end_position'),
      is_impossible: Uint8Array.from(windows.column('is_impossible')),
    }
  },

  *records(windows) {
    for (let i = 0; i < windows.example_index.length; i++) yield windowRecord(windows, i)
  },

  text: record => windowText(record as WindowRecord),
})

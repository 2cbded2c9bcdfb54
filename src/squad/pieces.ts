import { join } from 'node:path'
import { defineArtifact, type Static } from '../plugin/artifact.ts'
import { packFile, unpackFile } from '../plugin/codec.ts'
import { readColumns, writeColumns } from '../plugin/columns.ts'
import { Type } from '../plugin/schema.ts'
import type { ExampleSettings } from './examples.ts'
import { readIntegers, writeIntegers } from './integer-columns.ts'
import { type Ragged, row } from './ragged.ts'
import type { TokenizerSettings } from './training-set.types.ts'

/** Contexts, questions and answers as ids of word pieces. Each context stands once, however many questions it has. */
export interface Pieces extends ExampleSettings {
  readonly tokenizer: TokenizerSettings
  readonly context_pieces: Ragged
  /** The word that each piece of a context belongs to (`tok_to_orig_index`): ascending, a word without pieces is left out. */
  readonly context_words: Ragged
  // One row, or value, a question.
  readonly ids: readonly string[]
  readonly context: Int32Array
  readonly question_pieces: Ragged
  /** In training the answer's own pieces; empty outside it and where the question is impossible. */
  readonly answer_pieces: Ragged
  /** First and last piece of the answer's words in the context (the last is before the first where they have none); -1 where there is no answer. */
  readonly start_piece: Int32Array
  readonly end_piece: Int32Array
  readonly is_impossible: Uint8Array
}

const tokens = Type.Array(Type.String())
const Question = Type.Object({
  id: Type.String(),
  question_tokens: tokens,
  context_tokens: tokens,
  tok_to_orig_index: Type.Array(Type.Integer(), { description: 'The word that each piece of the context belongs to.' }),
  answer_tokens: tokens,
  start_piece: Type.Integer({ description: "First piece of the answer's words; -1 where there is none." }),
  end_piece: Type.Integer({ description: "Last piece of the answer's words." }),
  is_impossible: Type.Boolean(),
})

/** Word pieces, made by `tokenize`. */
export const Pieces = defineArtifact<Pieces>({
  kind: 'pieces',
  version: 1,
  schema: Question,

  async write(pieces, dir) {
    const { ids, context, context_pieces, context_words, question_pieces, answer_pieces } = pieces
    const { start_piece, end_piece, is_impossible } = pieces
    await packFile(join(dir, 'settings.msgpack'), {
      for: pieces.for,
      version_2_with_negative: pieces.version_2_with_negative,
      do_lower_case: pieces.tokenizer.do_lower_case,
    })
    await writeColumns(dir, 'texts', { ids, vocab: pieces.tokenizer.vocab })
    await writeIntegers(dir, 'contexts', { context_pieces, context_words })
    await writeIntegers(dir, 'questions', {
      context,
      question_pieces,
      answer_pieces,
      start_piece,
      end_piece,
      is_impossible,
    })
  },

  async read(dir) {
    const { do_lower_case, ...settings } = (await unpackFile(join(dir, 'settings.msgpack'))) as ExampleSettings & {
      readonly do_lower_case: boolean
    }
    const { ids, vocab } = await readColumns(dir, 'texts', { ids: String, vocab: String })
    const contexts = await readIntegers(dir, 'contexts')
    const questions = await readIntegers(dir, 'questions')
    return {
      ...settings,
      tokenizer: { vocab, do_lower_case },
      context_pieces: contexts.ragged('context_pieces'),
      context_words: contexts.ragged('context_words'),
      ids,
      context: questions.column('context'),
      question_pieces: questions.ragged('question_pieces'),
      answer_pieces: questions.ragged('answer_pieces'),
      start_piece: questions.column('start_piece'),
      end_piece: questions.column('end_piece'),
      is_impossible: Uint8Array.from(questions.column('is_impossible')),
    }
  },

  *records(pieces) {
    const { vocab } = pieces.tokenizer
    const tokensOf = (ids: Int32Array) => Array.from(ids, id => vocab[id]!)
    for (let i = 0; i < pieces.ids.length; i++) {
      const context = pieces.context[i]!
      yield {
        id: pieces.ids[i]!,
        question_tokens: tokensOf(row(pieces.question_pieces, i)),
        context_tokens: tokensOf(row(pieces.context_pieces, context)),
        tok_to_orig_index: Array.from(row(pieces.context_words, context)),
        answer_tokens: tokensOf(row(pieces.answer_pieces, i)),
        start_piece: pieces.start_piece[i]!,
        end_piece: pieces.end_piece[i]!,
        is_impossible: pieces.is_impossible[i] === 1,
      }
    }
  },

  text(record) {
    const { id, question_tokens, context_tokens, answer_tokens, is_impossible } = record as Static<typeof Question>
    const answer = is_impossible ? '(none)' : answer_tokens.join(' ')
    return `${id}  ${question_tokens.join(' ')}\n  answer   ${answer}\n  context  ${context_tokens.join(' ')}\n`
  },
})

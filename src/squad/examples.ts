import { join } from 'node:path'
import { defineArtifact, type Static } from '../plugin/artifact.ts'
import { packFile, unpackFile } from '../plugin/codec.ts'
import { readColumns, writeColumns } from '../plugin/columns.ts'
import { Type } from '../plugin/schema.ts'
import { readIntegers, writeIntegers } from './integer-columns.ts'
import { offsetsOf } from './ragged.ts'

/** What a data set is read for, and by which rules. */
export interface ExampleSettings {
  readonly for: 'training' | 'evaluation'
  readonly version_2_with_negative: boolean
}

/** The questions of a SQuAD file, and the contexts that they are asked about. */
export interface Examples extends ExampleSettings {
  readonly contexts: readonly string[]
  // One value a question, in the order of the file.
  readonly ids: readonly string[]
  readonly questions: readonly string[]
  /** Index into `contexts`. */
  readonly context: Int32Array
  /** In training exactly one, or none where the question is impossible; in evaluation all that are accepted. */
  readonly answers: readonly (readonly string[])[]
  /** First and last word of the answer; -1 in evaluation, and where the question is impossible. */
  readonly start_word: Int32Array
  readonly end_word: Int32Array
  /** 1 where the file says that the context does not hold the answer. */
  readonly is_impossible: Uint8Array
}

const Example = Type.Object({
  id: Type.String(),
  question: Type.String(),
  context: Type.String(),
  answers: Type.Array(Type.String()),
  start_word: Type.Integer({ description: 'First word of the answer, from 0; -1 where there is none.' }),
  end_word: Type.Integer({ description: 'Last word of the answer.' }),
  is_impossible: Type.Boolean(),
})

/** Questions with their contexts and answers, made by `read`. */
export const Examples = defineArtifact<Examples>({
  kind: 'examples',
  version: 1,
  schema: Example,

  async write(examples, dir) {
    const { contexts, ids, questions, answers, context, start_word, end_word, is_impossible } = examples
    const settings: ExampleSettings = {
      for: examples.for,
      version_2_with_negative: examples.version_2_with_negative,
    }
    const answer_count = Int32Array.from(answers, each => each.length)
    await packFile(join(dir, 'settings.msgpack'), settings)
    await writeColumns(dir, 'texts', { contexts, ids, questions, answers: answers.flat() })
    await writeIntegers(dir, 'numbers', { context, answer_count, start_word, end_word, is_impossible })
  },

  async read(dir) {
    const settings = (await unpackFile(join(dir, 'settings.msgpack'))) as ExampleSettings
    const texts = await readColumns(dir, 'texts', { contexts: String, ids: String, questions: String, answers: String })
    const numbers = await readIntegers(dir, 'numbers')
    const offsets = offsetsOf(numbers.column('answer_count'))
    return {
      ...settings,
      ...texts,
      context: numbers.column('context'),
      answers: texts.ids.map((_, i) => texts.answers.slice(offsets[i], offsets[i + 1])),
      start_word: numbers.column('start_word'),
      end_word: numbers.column('end_word'),
      is_impossible: Uint8Array.from(numbers.column('is_impossible')),
    }
  },

  *records(examples) {
    for (let i = 0; i < examples.ids.length; i++) {
      yield {
        id: examples.ids[i]!,
        question: examples.questions[i]!,
        context: examples.contexts[examples.context[i]!]!,
        answers: examples.answers[i]!,
        start_word: examples.start_word[i]!,
        end_word: examples.end_word[i]!,
        is_impossible: examples.is_impossible[i] === 1,
      }
    }
  },

  text(record) {
    const { id, question, context, answers, is_impossible } = record as Static<typeof Example>
    const answer = is_impossible ? '(none)' : answers.join(' | ')
    return `${id}  ${question}\n  answer   ${answer}\n  context  ${context}\n`
  },
})

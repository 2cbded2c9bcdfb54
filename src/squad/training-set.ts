import { join } from 'node:path'
import { defineArtifact, type Static } from '../plugin/artifact.ts'
import { packFile, unpackFile } from '../plugin/codec.ts'
import { readColumns, writeColumns } from '../plugin/columns.ts'
import { Type } from '../plugin/schema.ts'
import { type IntegerReader, readIntegers, writeIntegers } from './integer-columns.ts'
import { fromRuns, toRuns } from './runs.ts'
import type { TrainingSet as Value } from './training-set.types.ts'

export type TrainingSet = Value

const integers = Type.Array(Type.Integer())
const Row = Type.Object({
  question_id: Type.String(),
  input_ids: integers,
  input_mask: integers,
  segment_ids: integers,
  p_mask: integers,
  cls_index: Type.Integer(),
  example_index: Type.Integer({ description: 'The question, as `read` numbers them.' }),
  start_position: Type.Optional(Type.Integer({ description: 'In training.' })),
  end_position: Type.Optional(Type.Integer({ description: 'In training.' })),
})

type Settings = Pick<Value, 'for' | 'max_seq_length' | 'padding'> & { readonly do_lower_case: boolean }

/** The columns that training reads, made by `cache`. */
export const TrainingSet = defineArtifact<Value>({
  kind: 'training-set',
  version: 1,
  schema: Row,
  count: ({ cls_index }) => cls_index.length,

  async write(set, dir) {
    const { input_ids, cls_index, example_index, start_positions, end_positions } = set
    const settings: Settings = {
      for: set.for,
      max_seq_length: set.max_seq_length,
      padding: set.padding,
      do_lower_case: set.tokenizer.do_lower_case,
    }
    await packFile(join(dir, 'settings.msgpack'), settings)
    await writeColumns(dir, 'texts', { question_ids: set.question_ids, vocab: set.tokenizer.vocab })
    await writeIntegers(dir, 'windows', {
      input_ids,
      cls_index,
      example_index,
      ...(start_positions && { start_positions }),
      ...(end_positions && { end_positions }),
    })
    await writeIntegers(dir, 'masks', {
      ...runColumns('input_mask', set.input_mask.values),
      ...runColumns('segment_ids', set.segment_ids.values),
      ...runColumns('p_mask', set.p_mask.values),
    })
  },

  async read(dir) {
    const { do_lower_case, ...settings } = (await unpackFile(join(dir, 'settings.msgpack'))) as Settings
    const { question_ids, vocab } = await readColumns(dir, 'texts', { question_ids: String, vocab: String })
    const windows = await readIntegers(dir, 'windows', { shared: true })
    const masks = await readIntegers(dir, 'masks')
    const input_ids = windows.raggedIds('input_ids')
    const mask = (name: string) => ({ values: readRuns(masks, name), offsets: input_ids.offsets })
    return {
      ...settings,
      input_ids,
      input_mask: mask('input_mask'),
      segment_ids: mask('segment_ids'),
      get p_mask() {
        return mask('p_mask')
      },
      cls_index: windows.column('cls_index'),
      ...(settings.for === 'training' && {
        start_positions: windows.column('start_positions'),
        end_positions: windows.column('end_positions'),
      }),
      example_index: windows.column('example_index'),
      question_ids,
      tokenizer: { vocab, do_lower_case },
    }
  },

  *records(set) {
    const { start_positions, end_positions, input_ids, p_mask } = set
    for (let i = 0; i < set.cls_index.length; i++) {
      const cut = (values: Int32Array | Uint16Array | Uint8Array) =>
        Array.from(values.subarray(input_ids.offsets[i], input_ids.offsets[i + 1]))
      const example_index = set.example_index[i]!
      yield {
        question_id: set.question_ids[example_index]!,
        input_ids: cut(input_ids.values),
        input_mask: cut(set.input_mask.values),
        segment_ids: cut(set.segment_ids.values),
        p_mask: cut(p_mask.values),
        cls_index: set.cls_index[i]!,
        example_index,
        ...(start_positions && { start_position: start_positions[i]! }),
        ...(end_positions && { end_position: end_positions[i]! }),
      }
    }
  },

  text(record) {
    const { question_id, input_ids, cls_index, start_position, end_position } = record as Static<typeof Row>
    const answer =
      start_position === undefined
        ? ''
        : `, ${start_position === cls_index ? 'no answer' : `answer ${start_position} to ${end_position}`}`
    return `${question_id}  ${input_ids.length} tokens${answer}\n`
  },
})

function runColumns(name: string, column: Uint8Array) {
  const { values, lengths } = toRuns(column)
  return { [`${name}.values`]: values, [`${name}.runs`]: lengths }
}

const readRuns = (columns: IntegerReader, name: string): Uint8Array =>
  fromRuns({ values: columns.column(`${name}.values`), lengths: columns.column(`${name}.runs`) })

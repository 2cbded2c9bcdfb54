import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ArtifactKind, Json } from '../../src/plugin/artifact.ts'
import { validate } from '../../src/plugin/validate.ts'
import { Examples } from '../../src/squad/examples.ts'
import { readIntegers, writeIntegers } from '../../src/squad/integer-columns.ts'
import { keepQuestions } from '../../src/squad/keep-questions.ts'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { packWindows } from '../../src/squad/pack-windows.ts'
import { Pieces } from '../../src/squad/pieces.ts'
import { questionView } from '../../src/squad/question-view.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { fromRuns, toRuns } from '../../src/squad/runs.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { TrainingSet } from '../../src/squad/training-set.ts'
import { parseVocabulary } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import { Windows } from '../../src/squad/windows.ts'
import { caseText } from './case.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'artifacts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const vocabulary = parseVocabulary(caseText('05-emoji-offsets', 'vocab.txt'))
const settings = { ...defaultWindowSettings, max_seq_length: 20, doc_stride: 4, max_query_length: 4 }
const answers = (...texts: readonly string[]) => texts.map(text => ({ text, answer_start: 0 }))
const json = {
  data: [
    {
      paragraphs: [
        {
          context: '😀 the cat sat on the mat in the old city and the dog sat',
          qas: [
            { id: 'a', question: 'where did the cat sat?', is_impossible: false, answers: answers('😀 the') },
            { id: 'b', question: '', is_impossible: true, answers: [] },
          ],
        },
        { context: 'mary', qas: [{ id: 'c é', question: 'who?', is_impossible: false, answers: answers('mary') }] },
      ],
    },
  ],
}

async function all(purpose: 'training' | 'evaluation') {
  const { examples } = readExamples(json, { for: purpose, version_2_with_negative: true }, 'x.json')
  const { pieces } = await tokenizeExamples(examples, vocabulary, true)
  const { windows } = makeWindows(pieces, settings)
  return { examples, pieces, windows, set: packWindows(windows) }
}

const files = (dir: string) =>
  Object.fromEntries(readdirSync(dir).map(name => [name, readFileSync(join(dir, name)).toString('base64')]))

/** Reads back what was written; the bytes do not depend on when or where. */
async function roundTrip<T>(kind: ArtifactKind<T>, value: T): Promise<T> {
  const [one, two] = ['one', 'two'].map(name => join(folder, name)) as [string, string]
  for (const dir of [one, two]) mkdirSync(dir)
  await kind.write(value, one)
  const read = await kind.read(one)
  await kind.write(read, two)
  expect(files(two)).toEqual(files(one))
  return read
}

async function recordsFit<T>(kind: ArtifactKind<T>, value: T): Promise<Json[]> {
  const records = [...(kind.records!(value) as Iterable<Json>)]
  for (const record of records) {
    expect(await validate(kind.schema, record)).toEqual({ ok: true, value: record })
    expect(kind.text!(record)).toMatch(/\n$/)
  }
  return records
}

describe.each(['training', 'evaluation'] as const)('%s', purpose => {
  it('examples', async () => {
    const { examples } = await all(purpose)
    expect(await roundTrip(Examples, examples)).toEqual(examples)
    expect(await recordsFit(Examples, examples)).toHaveLength(3)
  })
  it('pieces', async () => {
    const { pieces } = await all(purpose)
    expect(await roundTrip(Pieces, pieces)).toEqual(pieces)
    expect(await recordsFit(Pieces, pieces)).toHaveLength(3)
  })
  it('windows', async () => {
    const { windows } = await all(purpose)
    expect(await roundTrip(Windows, windows)).toEqual(windows)
    expect(await recordsFit(Windows, windows)).toHaveLength(windows.example_index.length)
  })
  it('training-set', async () => {
    const { set } = await all(purpose)
    expect(await roundTrip(TrainingSet, set)).toEqual(set)
    expect(await recordsFit(TrainingSet, set)).toHaveLength(set.cls_index.length)
  })
})

describe('records', () => {
  it('of examples', async () => {
    const { examples } = await all('training')
    expect([...(Examples.records!(examples) as Iterable<Json>)][1]).toEqual({
      id: 'b',
      question: '',
      context: json.data[0]!.paragraphs[0]!.context,
      answers: [],
      start_word: -1,
      end_word: -1,
      is_impossible: true,
    })
  })

  it('of pieces', async () => {
    const { pieces } = await all('training')
    expect([...(Pieces.records!(pieces) as Iterable<Json>)][2]).toEqual({
      id: 'c é',
      question_tokens: ['who', '?'],
      context_tokens: ['mary'],
      tok_to_orig_index: [0],
      answer_tokens: ['mary'],
      start_piece: 0,
      end_piece: 0,
      is_impossible: false,
    })
  })

  it('of a training set', async () => {
    const { set } = await all('training')
    expect([...(TrainingSet.records!(set) as Iterable<Json>)].at(-1)).toEqual({
      question_id: 'c é',
      input_ids: ['[CLS]', 'who', '?', '[SEP]', 'mary', '[SEP]'].map(token => vocabulary.ids.get(token)),
      input_mask: [1, 1, 1, 1, 1, 1],
      segment_ids: [0, 0, 0, 0, 1, 1],
      p_mask: [0, 1, 1, 1, 0, 1],
      cls_index: 0,
      example_index: 2,
      start_position: 4,
      end_position: 4,
    })
  })
})

it('questionView has the words of the context', async () => {
  const { examples } = await all('evaluation')
  expect(questionView(examples, 2)).toEqual({ words: ['mary'] })
})

it('keepQuestions keeps what belongs to the questions that are left', async () => {
  const { examples } = await all('training')
  expect(keepQuestions(examples, index => index === 2)).toEqual({
    ...examples,
    contexts: ['mary'],
    ids: ['c é'],
    questions: ['who?'],
    context: Int32Array.of(0),
    answers: [['mary']],
    start_word: Int32Array.of(0),
    end_word: Int32Array.of(0),
    is_impossible: Uint8Array.of(0),
  })
})

describe('integer columns', () => {
  it.each([
    ['none', []],
    ['one byte', [0, 255]],
    ['two bytes', [0, 256, 65535]],
    ['signed', [-1, 5, 32767]],
    ['signed, too low', [-32769]],
    ['signed, too high', [-1, 32768]],
    ['four bytes', [65536, 2 ** 31 - 1, -(2 ** 31)]],
  ])('%s', async (_, values) => {
    const column = Int32Array.from(values)
    const offsets = Int32Array.of(0, values.length, values.length)
    await writeIntegers(folder, 'x', { column, rows: { values: column, offsets } })
    const read = await readIntegers(folder, 'x')
    expect([read.column('column'), read.ragged('rows')]).toEqual([column, { values: column, offsets }])
  })
})

it.each([[[]], [[7]], [[0, 0, 1, 1, 1, 0]]])('runs of %j', values => {
  const column = Uint8Array.from(values)
  expect(fromRuns(toRuns(column))).toEqual(column)
})

it('runs that begin and end anywhere, in memory that begins anywhere, are as long as they can be', () => {
  const lengths = [1, 3, 4, 5, 8, 2, 15, 16, 17, 1, 1, 6, 4]
  const values = lengths.map((_, at) => [0, 255, 1][at % 3]!)
  const bytes = values.flatMap((value, at) => Array<number>(lengths[at]!).fill(value))
  for (const offset of [0, 1, 2, 3, 4]) {
    const memory = new Uint8Array([...Array<number>(offset).fill(0), ...bytes, 4, 4, 4, 4])
    const column = memory.subarray(offset, offset + bytes.length)
    const found = toRuns(column)
    expect([[...found.values], [...found.lengths]]).toEqual([values, lengths])
    expect(fromRuns(found)).toEqual(column)
  }
})

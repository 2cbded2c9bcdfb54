import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openReader, type ReaderSettings } from 'sluice/answering'
import type { Examples } from 'sluice/squad'
import { testStage } from 'sluice/testing'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import predict from '../../stages/predict.ts'
import {
  smallFolder as folder,
  smallWindowSettings as settings,
  smallQuestions,
  smallWindows,
} from '../stages/small-questions.ts'

const temporary = mkdtempSync(join(tmpdir(), 'reader-'))
afterAll(() => rmSync(temporary, { recursive: true }))

const opened = async (model = folder, settings: ReaderSettings = {}) => {
  const reader = await openReader(model, { engine: 'reference', ...settings })
  onTestFinished(() => reader.close())
  return reader
}
const questionsOf = ({ questions, contexts, context }: Examples) =>
  questions.map((question, at) => ({ question, context: contexts[context[at]!]! }))

describe('a reader', () => {
  it.each([
    ['v1.1', false, {}],
    ['v2.0', true, { null_score_diff_threshold: 0.1 }],
    ['few and short answers', false, { n_best_size: 3, max_answer_length: 2 }],
  ])('answers as the stage predict does: %s', async (_, version_2_with_negative, decoding) => {
    const examples = smallQuestions(5, version_2_with_negative)
    const windows = await smallWindows(examples)
    expect(windows.example_index.length).toBeGreaterThan(windows.ids.length)
    const config = { model: folder, engine: 'reference', ...decoding }
    const { outputs } = await testStage(predict, { config, inputs: { windows, examples, model: undefined } })
    const { answers, nbest, null_odds } = outputs.predictions

    const reader = await opened(folder, { ...settings, ...decoding, version_2_with_negative })
    const found = await reader.answer(questionsOf(examples))
    expect(found.map(each => each!.answer)).toEqual([...answers.values()])
    expect(found.map(each => each!.nbest.map(({ text }) => text))).toEqual(
      [...nbest.values()].map(list => list.map(({ text }) => text)),
    )
    // Batches are others, and so is the last digit.
    found.forEach((each, at) => {
      const id = examples.ids[at]!
      const best = nbest.get(id)!.find(({ text }) => text === each!.answer)!
      expect(each!.probability).toBeCloseTo(best.probability, 5)
      if (version_2_with_negative) expect(each!.null_odds).toBeCloseTo(null_odds!.get(id)!, 5)
      else expect(each).not.toHaveProperty('null_odds')
    })
  })

  it('answers alone as in company, and again and again', async () => {
    const reader = await opened(folder, settings)
    const questions = questionsOf(smallQuestions(5, false))
    const together = await reader.answer(questions)
    // At once: they are answered one after the other.
    const alone = await Promise.all(questions.map(each => reader.answer([each])))
    expect(alone.map(([each]) => each!.answer)).toEqual(together.map(each => each!.answer))
  })

  it('has no answer from a context without words, or to no question', async () => {
    const reader = await opened()
    const [{ question, context }] = questionsOf(smallQuestions(5, false)) as [{ question: string; context: string }]
    const asked = [
      { question, context: ' \n' },
      { question, context },
      { question, context: '' },
    ]
    expect((await reader.answer(asked)).map(each => each !== undefined)).toEqual([false, true, false])
    expect(await reader.answer([])).toEqual([])
  })

  it('stops when it is told to, and answers afterwards', async () => {
    const reader = await opened(folder, settings)
    const questions = questionsOf(smallQuestions(5, false))
    const controller = new AbortController()
    const stopped = reader.answer(questions, controller.signal)
    controller.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
    expect((await reader.answer(questions)).length).toBe(questions.length)
  })

  it('refuses a question that leaves no room for its context', async () => {
    const reader = await opened(folder, { max_seq_length: 5, max_query_length: 8 })
    await expect(reader.answer([{ question: 'who is it by ?', context: 'it' }])).rejects.toMatchObject({
      problem: { code: 'no-room', hint: expect.stringContaining('max_query_length') },
    })
    expect((await reader.answer([{ question: '', context: 'it' }])).length).toBe(1)
  })
})

describe('a model folder', () => {
  const copy = (to: string, change: (dir: string) => void) => {
    const dir = join(temporary, to)
    cpSync(folder, dir, { recursive: true })
    change(dir)
    return dir
  }
  it.each<[string, () => [string, ReaderSettings?], (dir: string) => object]>([
    [
      'that is not there',
      () => [join(temporary, 'nowhere')],
      dir => ({
        code: 'model-config',
        message: `Expected a model folder in Hugging Face form; there is no ${join(dir, 'config.json')}.`,
        hint: 'Name a folder that holds `config.json` and `model.safetensors`.',
      }),
    ],
    [
      'without a vocabulary',
      () => [copy('no-vocabulary', dir => rmSync(join(dir, 'vocab.txt')))],
      dir => ({ code: 'no-file', message: 'There is no such file.', file: join(dir, 'vocab.txt') }),
    ],
    [
      'with a vocabulary that lacks tokens',
      () => [copy('bad-vocabulary', dir => writeFileSync(join(dir, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\nthe\n'))],
      dir => ({
        code: 'missing-tokens',
        message:
          'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK]; of its 4 tokens none is [SEP] or [MASK].',
        file: join(dir, 'vocab.txt'),
      }),
    ],
    [
      'with a larger vocabulary than the model',
      () => [
        copy('large-vocabulary', dir =>
          writeFileSync(join(dir, 'vocab.txt'), `${readFileSync(join(dir, 'vocab.txt'), 'utf8')}${'a\n'.repeat(500)}`),
        ),
      ],
      dir => ({
        code: 'vocabulary-too-large',
        message: expect.stringMatching(/^The vocabulary has \d+ tokens, but the model knows only \d+\.$/),
        file: join(dir, 'vocab.txt'),
        hint: 'Use the vocabulary that belongs to the model.',
      }),
    ],
    [
      'that does not say whether text is put into lower case',
      () => [copy('no-case', dir => rmSync(join(dir, 'tokenizer_config.json')))],
      dir => ({
        code: 'do-lower-case-unknown',
        message: `Expected \`do_lower_case\` in the model's tokenizer_config.json (looked for ${join(dir, 'tokenizer_config.json')}).`,
        hint: 'Say whether text is put into lower case: `--do-lower-case true` (the vocabulary looks uncased).',
      }),
    ],
    [
      'with a broken tokenizer_config.json',
      () => [copy('bad-case', dir => writeFileSync(join(dir, 'tokenizer_config.json'), '{'))],
      dir => ({
        code: 'bad-tokenizer-config',
        message:
          'Expected JSON, but at line 1, column 2 stands the end of the file in place of a key in double quotes.',
        file: join(dir, 'tokenizer_config.json'),
      }),
    ],
    [
      'of a model with fewer positions',
      () => [folder, { max_seq_length: 65 }],
      () => ({
        code: 'windows-too-long',
        message: '`max_seq_length` is 65, but the model has only 64 positions.',
        hint: 'Set it to at most 64.',
      }),
    ],
  ])('%s is refused', async (_, given, problem) => {
    const [dir, settings] = given()
    await expect(openReader(dir, { engine: 'reference', ...settings })).rejects.toMatchObject({ problem: problem(dir) })
  })

  it('need not say what the settings say', async () => {
    const dir = copy('told', each => rmSync(join(each, 'tokenizer_config.json')))
    const reader = await opened(dir, { do_lower_case: true })
    const [question] = questionsOf(smallQuestions(5, false))
    expect(await reader.answer([question!])).toEqual(await (await opened()).answer([question!]))
  })
})

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Model } from 'sluice/model'
import { type Examples, keepQuestions } from 'sluice/squad'
import { checkStage, testStage } from 'sluice/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { readModelFolder } from '../../src/model/read-model.ts'
import predict from '../../stages/predict.ts'
import { smallFolder as folder, smallQuestions, smallVocabulary, smallWindows } from './small-questions.ts'

const temporary = mkdtempSync(join(tmpdir(), 'predict-'))
afterAll(() => rmSync(temporary, { recursive: true }))

const examples = smallQuestions(3)
const windows = await smallWindows(examples)

const model: Model = {
  ...(await readModelFolder(
    folder,
    async path => path,
    () => {},
  )),
  tokenizer: { vocab: smallVocabulary.tokens, do_lower_case: true },
}
const copy = (to: string, change: (dir: string) => void) => {
  const dir = join(temporary, to)
  cpSync(folder, dir, { recursive: true })
  change(dir)
  return dir
}

type Inputs = { examples: Examples; windows: Awaited<ReturnType<typeof smallWindows>>; model: Model | undefined }
const run = (config: object, inputs: Partial<Inputs> = {}) =>
  testStage(predict, {
    config: { engine: 'reference', ...config },
    inputs: { examples, windows, model: undefined, ...inputs },
  })

describe('a run', () => {
  it('answers every question, with the model of a folder or with one that was trained before', async () => {
    const ofFolder = await run({ model: folder })
    const { answers, nbest, null_odds } = ofFolder.outputs.predictions
    expect([...answers.keys()]).toEqual(['t0', 't1', 't2'])
    expect(null_odds).toBeUndefined()
    const [context] = examples.contexts
    for (const [id, answer] of answers) {
      expect(context).toContain(answer)
      expect(nbest.get(id)![0]!.text).toBe(answer)
    }
    expect([...ofFolder.files].sort()).toEqual(
      ['config.json', 'model.safetensors', 'tokenizer_config.json', 'vocab.txt'].map(file => join(folder, file)),
    )
    expect(ofFolder.infos).toEqual([
      expect.stringMatching(/^engine reference: asked for; reference \(TensorFlow\.js .*\)$/),
    ])

    const ofPort = await run({}, { model })
    expect(ofPort.outputs).toEqual(ofFolder.outputs)
    expect([ofPort.files, ofPort.warnings, ofPort.wrote]).toEqual([[], [], []])
  })

  it('needs no tokenizer in the folder of a model', async () => {
    const dir = copy('bare', bare => {
      rmSync(join(bare, 'vocab.txt'))
      writeFileSync(join(bare, 'tokenizer_config.json'), '{')
    })
    expect((await run({ model: dir })).outputs).toEqual((await run({ model: folder })).outputs)
  })

  it('warns where the model was made with another case', async () => {
    const words = (here: boolean, there: boolean) =>
      `the windows were made with do_lower_case: ${here}, the model with ${there}: its answers will be worse than it can give`
    const dir = copy('cased', each => writeFileSync(join(each, 'tokenizer_config.json'), '{"do_lower_case": false}'))
    expect((await run({ model: dir })).warnings).toEqual([words(true, false)])
    const cased = { ...model, tokenizer: { ...model.tokenizer, do_lower_case: false } }
    expect((await run({}, { model: cased })).warnings).toEqual([words(true, false)])
    expect([(await run({ model: folder })).warnings, (await run({}, { model })).warnings]).toEqual([[], []])
  })

  it('gives odds of no answer for v2.0 data, whose threshold decides', async () => {
    const asked = smallQuestions(3, true)
    const inputs = { examples: asked, windows: await smallWindows(asked) }
    const never = (await run({ model: folder, null_score_diff_threshold: 1e6 }, inputs)).outputs.predictions
    const always = (await run({ model: folder, null_score_diff_threshold: -1e6 }, inputs)).outputs.predictions
    expect([...never.null_odds!.keys()]).toEqual(['t0', 't1', 't2'])
    expect(always.null_odds).toEqual(never.null_odds)
    expect([...always.answers.values()]).toEqual(['', '', ''])
    expect([...never.answers.values()]).not.toContain('')
  })

  it('writes its files into output_dir as well', async () => {
    const output_dir = join(temporary, 'new', 'out')
    const { wrote, outputs } = await run({ model: folder, output_dir })
    expect([...wrote].sort()).toEqual(
      ['nbest_predictions.json', 'null_odds.json', 'predictions.json'].map(file => join(output_dir, file)),
    )
    const json = (file: string) => JSON.parse(readFileSync(join(output_dir, file), 'utf8'))
    expect(json('predictions.json')).toEqual(Object.fromEntries(outputs.predictions.answers))
    expect(json('nbest_predictions.json')).toEqual(Object.fromEntries(outputs.predictions.nbest))
    expect(json('null_odds.json')).toBeNull()
  })

  const without = { ...smallVocabulary, tokens: smallVocabulary.tokens.with(7, 'zebra') }
  it.each<[string, object, () => Promise<Partial<Inputs>> | Partial<Inputs>, object]>([
    [
      'windows of questions that a filter has taken away',
      { model: folder },
      async () => ({ windows: await smallWindows(keepQuestions(examples, index => index !== 1)) }),
      {
        code: 'other-questions',
        message:
          'Expected windows and examples of the same questions; question 2 is "t2" in the windows and "t1" in the examples.',
        hint: 'In `from: { windows: …, examples: … }`, name as `examples` the stage whose questions the windows were made from: with a filter before `tokenize`, that is the filter and not `read`.',
      },
    ],
    [
      'an inverted mask',
      { model: folder },
      async () => ({ windows: await smallWindows(examples, { mask_padding_with_zero: false }) }),
      {
        code: 'inverted-mask',
        message: 'Expected windows whose input_mask is 1 on tokens; found the reverse.',
        hint: 'Leave `mask_padding_with_zero` of the stage that makes the windows at true.',
      },
    ],
    [
      "another vocabulary than that of the model's folder",
      { model: folder },
      async () => ({ windows: await smallWindows(examples, {}, without) }),
      {
        code: 'other-vocabulary',
        message: `Expected windows made with the model's vocabulary; id 7 is \`zebra\`, in ${join(folder, 'vocab.txt')} \`${smallVocabulary.tokens[7]}\`.`,
        hint: 'Give the stage `tokenize` that the windows come from the vocabulary of the model.',
      },
    ],
    [
      'another vocabulary than that of a trained model',
      {},
      () => ({ model: { ...model, tokenizer: { ...model.tokenizer, vocab: smallVocabulary.tokens.slice(0, 100) } } }),
      {
        code: 'other-vocabulary',
        message: `Expected windows made with the model's vocabulary; id 100 is \`${smallVocabulary.tokens[100]}\`, in the model nothing.`,
        hint: 'Give the stage `tokenize` that the windows come from the vocabulary of the model.',
      },
    ],
    [
      'windows longer than the trained model can take',
      {},
      async () => ({ model, windows: await smallWindows(examples, { max_seq_length: 65 }) }),
      {
        code: 'data-too-large',
        message:
          'The data does not fit the model: found 65 tokens in a row, but its config.json has a `max_position_embeddings` of 64.',
        hint: 'Make the windows with the vocabulary and the settings that belong to the model.',
      },
    ],
    [
      'a model that computes no numbers',
      {},
      () => {
        const bias = { shape: [2], data: Float32Array.of(Number.NaN, 0) }
        return { model: { ...model, weights: new Map([...model.weights, ['qa_outputs.bias', bias]]) } }
      },
      {
        code: 'logits-not-finite',
        message: 'Expected logits that are finite numbers; found NaN in those of t0.',
        hint: "The model's weights are damaged, or the training that made them went wrong.",
      },
    ],
  ])('refuses %s', async (_, config, inputs, problem) => {
    await expect(run(config, await inputs())).rejects.toMatchObject({ problem })
  })

  it('writes nothing where it fails', async () => {
    const output_dir = join(temporary, 'nothing')
    const inverted = await smallWindows(examples, { mask_padding_with_zero: false })
    await expect(run({ model: folder, output_dir }, { windows: inverted })).rejects.toThrow()
    expect(existsSync(output_dir)).toBe(false)
  })
})

describe('check', () => {
  type Facts = Readonly<Record<string, string | number>>
  const check = async (config: object, of: Readonly<Record<string, Facts>> = {}) => {
    const told = (facts: Facts) =>
      Object.fromEntries(
        Object.entries(facts).map(([fact, value]) => [fact, { value, stage: 'earlier', where: 'x.yaml:4' }]),
      )
    const facts = Object.fromEntries(Object.entries(of).map(([port, each]) => [port, told(each)]))
    return (await checkStage(predict, { config: { ...config }, facts })).problems
  }

  it.each([
    ['a folder', { model: folder }, { windows: { for: 'evaluation', max_seq_length: 64, vocab_size: 110 } }],
    ['a trained model', {}, { windows: { for: 'evaluation' }, model: { for: 'training' } }],
    ['windows of which nothing is known', { model: folder }, {}],
  ])('accepts %s', async (_, config, facts) => {
    expect(await check(config, facts)).toEqual([])
  })

  it.each([
    [
      'training windows',
      { model: folder },
      { windows: { for: 'training' } },
      [
        {
          code: 'not-for-evaluation',
          message:
            'Expected windows that are for evaluation; the stage "earlier" (x.yaml:4) reads its file for training.',
          hint: 'Read the file to predict on with `for: evaluation`, and name its windows in `from: { windows: … }`.',
        },
      ],
    ],
    [
      'two models',
      { model: folder },
      { model: { for: 'training' } },
      [
        {
          code: 'two-models',
          at: '/model',
          message: 'Expected one model; found `model` here and another one from an earlier stage.',
          hint: 'Remove `model`, or leave the input open with `from: { model: null }`.',
        },
      ],
    ],
    [
      'no model',
      {},
      {},
      [
        {
          code: 'no-model',
          message: 'Expected a model, from an earlier stage such as `train` or as `model` here; found neither.',
          hint: 'Set `model` to a folder that `save` wrote.',
        },
      ],
    ],
    [
      'an engine that is not installed',
      { model: folder, engine: 'tensorflow' },
      {},
      [
        {
          code: 'engine-not-installed',
          at: '/engine',
          message:
            'The engine `tensorflow` cannot be used: it needs `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`; neither is installed.',
          hint: 'Install it with `npm install @tensorflow/tfjs-node@4.22.0` (downloads about 400 MB; needs Node 22 or older). Or set `engine: auto`, which runs on ONNX Runtime and needs nothing more.',
        },
      ],
    ],
    [
      'a folder that is not there',
      { model: '/no/such' },
      {},
      [
        {
          code: 'model-folder',
          at: '/model',
          message: 'Expected a model folder in Hugging Face form; /no/such does not exist.',
          hint: 'Name a folder that holds `config.json` and `model.safetensors`.',
        },
      ],
    ],
    [
      'windows that the model cannot take',
      { model: folder },
      { windows: { for: 'evaluation', max_seq_length: 65, vocab_size: 111 } },
      [
        {
          code: 'windows-too-long',
          at: '/model',
          message: `\`max_seq_length\` is 65 (stage \`earlier\`, x.yaml:4), but the model has only 64 positions (\`max_position_embeddings\` in ${folder}/config.json).`,
          hint: 'Set `max_seq_length` to at most 64.',
        },
        {
          code: 'vocabulary-too-large',
          at: '/model',
          message: `The vocabulary has 111 tokens (stage \`earlier\`, x.yaml:4), but the model knows only 110 (\`vocab_size\` in ${folder}/config.json).`,
          hint: 'Use the vocabulary that belongs to the model.',
        },
      ],
    ],
    [
      'windows that the model of an earlier stage will not be able to take',
      {},
      {
        windows: { for: 'evaluation', max_seq_length: 65, vocab_size: 111 },
        model: { model_positions: 64, model_vocab_size: 110 },
      },
      [
        {
          code: 'windows-too-long',
          message:
            '`max_seq_length` is 65 (stage `earlier`, x.yaml:4), but the model has only 64 positions (the model of stage `earlier`, x.yaml:4).',
          hint: 'Set `max_seq_length` to at most 64.',
        },
        {
          code: 'vocabulary-too-large',
          message:
            'The vocabulary has 111 tokens (stage `earlier`, x.yaml:4), but the model knows only 110 (the model of stage `earlier`, x.yaml:4).',
          hint: 'Use the vocabulary that belongs to the model.',
        },
      ],
    ],
  ])('refuses %s', async (_, config, facts, problems) => {
    expect(await check(config, facts)).toEqual(problems)
  })
})

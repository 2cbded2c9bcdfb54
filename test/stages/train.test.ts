import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  defaultWindowSettings,
  type Examples,
  keepQuestions,
  makeWindows,
  parseVocabulary,
  readExamples,
  tokenizeExamples,
  type Windows,
} from 'sluice/squad'
import { afterAll, describe, expect, it } from 'vitest'
import type { TrainingSet } from '../../src/squad/training-set.types.ts'
import { checkStage, type RunOptions, testStage } from '../../src/testing/index.ts'
import evaluate from '../../stages/evaluate.ts'
import predict from '../../stages/predict.ts'
import train from '../../stages/train.ts'
import { casePath, caseText } from '../squad/case.ts'

const model = fileURLToPath(new URL('../cases/65-resume-gives-the-same-weights/m', import.meta.url))
const vocab = readFileSync(join(model, 'vocab.txt'), 'utf8').trimEnd().split('\n')
const settings = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'train-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Windows of 8 tokens, a question each. */
function trainingSet(rows: number, change: Partial<TrainingSet> = {}): TrainingSet {
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => 8 * row)
  const each = (value: (at: number) => number) => Array.from({ length: 8 * rows }, (_, at) => value(at))
  const column = (value: (row: number) => number) => Int32Array.from({ length: rows }, (_, row) => value(row))
  return {
    for: 'training',
    max_seq_length: 32,
    input_ids: { values: Int32Array.from(each(at => 5 + ((7 * at) % 100))), offsets },
    input_mask: { values: Uint8Array.from(each(() => 1)), offsets },
    segment_ids: { values: Uint8Array.from(each(at => (at % 8 < 3 ? 0 : 1))), offsets },
    p_mask: { values: Uint8Array.from(each(() => 0)), offsets },
    cls_index: column(() => 0),
    start_positions: column(row => 3 + (row % 4)),
    end_positions: column(row => 4 + (row % 4)),
    example_index: column(row => row),
    question_ids: Array.from({ length: rows }, (_, row) => `q${row}`),
    padding: { input_ids: 0, input_mask: 0, segment_ids: 0, p_mask: 1 },
    tokenizer: { vocab, do_lower_case: true },
    ...change,
  }
}

const run = (config: object, training_set: TrainingSet, options: RunOptions = {}) =>
  testStage(train, {
    config: { model, engine: 'reference', train_batch_size: 2, ...config },
    inputs: { training_set },
    ...options,
  })

describe('what it would have to do', () => {
  const defaults = { train_batch_size: 8, gradient_accumulation_steps: 1, num_train_epochs: 3, max_steps: -1 }
  const config = { ...defaults, warmup_steps: 0 } as Parameters<NonNullable<typeof train.outlook>>[0]

  it.each([
    [{}, 4000, '1,500 optimizer steps'],
    [{}, undefined, undefined],
    [{ max_steps: 1 }, undefined, '1 optimizer step'],
    [
      { warmup_steps: 7 },
      16,
      'it will fail: Expected `warmup_steps` to be at most the 6 optimizer steps of this training; found 7: the learning rate would never reach its peak.',
    ],
  ])('with %j and %s windows', (change, windows, expected) => {
    const records = windows === undefined ? {} : { training_set: windows }
    expect(train.outlook?.({ ...config, ...change }, records)).toBe(expected)
  })
})

describe('a run', () => {
  it('says what it will do and what came of it, and keeps its settings with the model', async () => {
    const { infos, warnings, steps, files, outputs } = await run(
      { num_train_epochs: 2, logging_steps: 2, learning_rate: 1e-3 },
      trainingSet(6),
    )
    expect(infos).toEqual([
      '6 examples in 6 windows, 2 epochs: batch 2, effective batch 2, 6 optimizer steps',
      expect.stringMatching(/^engine reference: asked for; reference \(TensorFlow\.js .*\)$/),
      expect.stringMatching(/^about \d+ s to go, at \d+\.\d windows\/s$/),
      expect.stringMatching(/^global step 6, average loss \d\.\d{4}$/),
    ])
    expect(warnings).toEqual([])
    expect(steps.map(({ step, learning_rate }) => [step, learning_rate])).toEqual([
      [2, 1e-3 * (5 / 6)],
      [4, 1e-3 * (3 / 6)],
      [6, 1e-3 / 6],
    ])
    expect(files).toEqual(['config.json', 'model.safetensors', 'vocab.txt'].map(name => join(model, name)))
    expect(outputs.model.config).toMatchObject({
      model_type: 'bert',
      architectures: ['BertForQuestionAnswering'],
      dtype: 'float32',
    })
    expect(outputs.model.tokenizer).toEqual({ vocab, do_lower_case: true })
    expect(outputs.model.training).toEqual({
      adam_epsilon: 1e-8,
      device: 'cpu',
      average_loss: expect.closeTo(steps.reduce((sum, { loss }) => sum + loss!, 0) / 3, 10),
      engine: 'reference',
      global_step: 6,
      gradient_accumulation_steps: 1,
      group_by_length: false,
      init: 'pretrained',
      learning_rate: 1e-3,
      lr_scheduler: 'linear',
      max_grad_norm: 1,
      max_steps: -1,
      pad_to_max_length: false,
      num_train_epochs: 2,
      seed: 42,
      train_batch_size: 2,
      warmup_ratio: 0,
      warmup_steps: 0,
      weight_decay: 0,
    })
  })

  it('logs every step, however seldom it tells of one', async () => {
    const changes = { num_train_epochs: 2, learning_rate: 1e-3 }
    const { outputs, steps } = await run({ ...changes, logging_steps: 1 }, trainingSet(6))
    const numbers = steps.map(({ step, loss, learning_rate, grad_norm }) => ({ step, loss, learning_rate, grad_norm }))
    expect(outputs.log.map(({ epoch: _, ...rest }) => rest)).toEqual(numbers)
    expect(outputs.log.map(({ epoch }) => epoch)).toEqual([1 / 3, 2 / 3, 1, 1 + 1 / 3, 1 + 2 / 3, 2])
    expect((await run({ ...changes, logging_steps: 4 }, trainingSet(6))).outputs.log).toEqual(outputs.log)
  })

  it('goes on without curves where there is no place for them, and says so once', async () => {
    const logging_dir = join(folder, 'a-file', 'runs')
    writeFileSync(join(folder, 'a-file'), '')
    const { warnings, results, outputs } = await run({ logging_steps: 1, save_steps: 1, logging_dir }, trainingSet(6))
    expect(warnings).toEqual([
      `no more curves and links to checkpoints in ${logging_dir}: ENOTDIR: not a directory, mkdir '${logging_dir}'`,
    ])
    expect(results).toEqual({})
    expect(outputs.model.training).toMatchObject({ global_step: 9 })
  })

  it('keeps checkpoints in Hugging Face form, and a folder with curves and links to them', async () => {
    const logging_dir = join(folder, 'runs')
    const set = trainingSet(6)
    const { infos, results } = await run({ num_train_epochs: 2, logging_steps: 2, save_steps: 4, logging_dir }, set)
    const [name] = readdirSync(logging_dir)
    expect(infos).toContain(`curves and checkpoints are in ${join(logging_dir, name!)}`)
    expect(results).toEqual({ curves: `tensorboard --logdir ${logging_dir}` })
    expect(readdirSync(join(logging_dir, name!)).sort()).toEqual([
      'checkpoint-4',
      'checkpoint-6',
      expect.stringMatching(/^events\.out\.tfevents\./),
    ])
    expect(readdirSync(join(logging_dir, name!, 'checkpoint-6')).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'optimizer.safetensors',
      'special_tokens_map.json',
      'tokenizer_config.json',
      'trainer_state.json',
      'training_args.json',
      'training_log.jsonl',
      'vocab.txt',
    ])
  })

  it.each(['a file', 'a folder'])('takes the configuration from %s beside the model', async form => {
    const other = mkdtempSync(join(folder, 'config-'))
    const file = join(other, 'config.json')
    writeFileSync(file, JSON.stringify({ ...settings, hidden_dropout_prob: 0.5 }))
    const { files, outputs } = await run(
      { max_steps: 1, config: form === 'a file' ? file : other, num_train_epochs: 1 },
      trainingSet(2),
    )
    expect(files).toEqual([file, ...['model.safetensors', 'vocab.txt'].map(name => join(model, name))])
    expect(outputs.model.config).toMatchObject({ hidden_dropout_prob: 0.5 })
    expect(outputs.model.training).not.toHaveProperty('config')
  })

  it('reads no weights with init: random', async () => {
    const { files, outputs } = await run({ init: 'random', max_steps: 1 }, trainingSet(2))
    expect(files).toEqual([join(model, 'config.json')])
    expect(outputs.model.weights.size).toBe(23)
  })

  it('warns of another vocabulary than the model was trained with', async () => {
    const other = { vocab: vocab.with(7, 'zebra'), do_lower_case: true }
    const { warnings } = await run({ max_steps: 1 }, trainingSet(2, { tokenizer: other }))
    expect(warnings).toEqual([
      `the windows were made with another vocabulary than the model's: id 7 is \`zebra\`, in ${join(model, 'vocab.txt')} \`${vocab[7]}\``,
    ])
  })

  it.each([
    [{}, trainingSet(0), { code: 'no-rows' }],
    [{ gradient_accumulation_steps: 2 }, trainingSet(2), { code: 'no-steps' }],
    [
      {},
      trainingSet(2, { padding: { input_ids: 0, input_mask: 1, segment_ids: 0, p_mask: 1 } }),
      {
        code: 'inverted-mask',
        message: 'Expected windows whose input_mask is 1 on tokens; found the reverse.',
        hint: 'Leave `mask_padding_with_zero` of the stage that makes the windows at true.',
      },
    ],
    [
      { learning_rate: 1e30, max_steps: 9 },
      trainingSet(2),
      {
        code: 'loss-not-finite',
        hint: 'Lower `learning_rate`, warm up longer (`warmup_steps`), or look at these windows.',
      },
    ],
  ])('that cannot be done ends with the mistake (%#)', async (config, set, problem) => {
    await expect(run(config, set)).rejects.toMatchObject({ problem })
  })

  it('without windows never looks at the model', async () => {
    await expect(run({ model: '/absent' }, trainingSet(0), { unchecked: true })).rejects.toMatchObject({
      problem: { code: 'no-rows' },
    })
  })
})

describe('a run that evaluates', () => {
  const name = '65-resume-gives-the-same-weights'
  const examplesOf = (version_2_with_negative = false) =>
    readExamples(
      JSON.parse(caseText(name, 'input.json')),
      { for: 'evaluation', version_2_with_negative },
      casePath(name, 'input.json'),
    ).examples
  const windowsOf = async (examples: Examples, words: string = caseText(name, 'm', 'vocab.txt')) => {
    const { pieces } = await tokenizeExamples(examples, parseVocabulary(words), true)
    return makeWindows(pieces, { ...defaultWindowSettings, max_seq_length: 32, doc_stride: 8, max_query_length: 8 })
      .windows
  }
  const evaluating = async (
    config: object,
    inputs: { eval_windows?: Windows; eval_examples?: Examples } = {},
    eval_examples = examplesOf(),
    options: RunOptions = { runs: 1 },
  ) =>
    testStage(train, {
      config: {
        model,
        engine: 'reference',
        train_batch_size: 2,
        learning_rate: 1e-2,
        logging_steps: 100,
        evaluate_during_training: true,
        ...config,
      },
      inputs: { training_set: trainingSet(6), eval_examples, eval_windows: await windowsOf(eval_examples), ...inputs },
      ...options,
    })

  it('tells the scores, the best so far and the best of all; they are those of predict and evaluate', async () => {
    const logging_dir = join(folder, 'evaluated')
    const { infos, results, steps, outputs } = await evaluating({ logging_dir })
    const scored = steps.filter(step => step.eval_f1 !== undefined)
    expect(scored.map(Object.keys)).toEqual(Array(3).fill(['step', 'eval_exact_match', 'eval_f1']))
    // Once an epoch of three steps.
    expect(scored.map(({ step }) => step)).toEqual([3, 6, 9])
    let best = scored[0]!
    const lines = scored.map(each => {
      const still = each !== best && each.eval_f1! <= best.eval_f1!
      const words = still ? `the best is still ${best.eval_f1!.toFixed(2)}, of step ${best.step}` : 'the best so far'
      if (!still) best = each
      const [exact, f1] = [each.eval_exact_match!.toFixed(2), each.eval_f1!.toFixed(2)]
      return `evaluated after step ${each.step}: exact match ${exact}, F1 ${f1}, ${words}`
    })
    expect(infos.filter(each => each.startsWith('evaluated'))).toEqual(lines)
    expect(results.best).toBe(`F1 ${best.eval_f1!.toFixed(2)} after step ${best.step} of 9`)

    const examples = examplesOf()
    const windows = await windowsOf(examples)
    const predicted = await testStage(predict, {
      config: { engine: 'reference' },
      inputs: { examples, windows, model: outputs.model },
    })
    const { predictions } = predicted.outputs
    const { metrics } = (await testStage(evaluate, { inputs: { predictions, examples } })).outputs
    expect(scored.at(-1)).toMatchObject({ eval_f1: metrics.f1 })
    expect(metrics.f1).toBeGreaterThan(0)
  })

  it('scores v2.0 data under the official names', async () => {
    const { steps } = await evaluating({ eval_steps: 4, max_steps: 6 }, {}, examplesOf(true))
    const scored = steps.filter(step => step.eval_f1 !== undefined)
    expect(scored.map(({ step }) => step)).toEqual([4, 6])
    expect(Object.keys(scored[0]!)).toEqual([
      'step',
      ...[
        'exact',
        'f1',
        'HasAns_exact',
        'HasAns_f1',
        'best_exact',
        'best_exact_thresh',
        'best_f1',
        'best_f1_thresh',
      ].map(each => `eval_${each}`),
    ])
  })

  it('has the weights of the best step as its result where that is asked for', async () => {
    const { outputs, infos, results } = await evaluating({ eval_steps: 1, load_best_model_at_end: true })
    const { best_global_step, best_metric, global_step } = outputs.model.training as Record<string, number>
    expect(results.best).toBe(`F1 ${best_metric!.toFixed(2)} after step ${best_global_step} of 9`)
    expect(infos).toContain(`the result is the model of step ${best_global_step}, the best`)
    expect(global_step).toBe(9)
  })

  it('says when there are fewer steps than from one evaluation to the next', async () => {
    const { warnings } = await evaluating({ eval_steps: 10 })
    expect(warnings).toEqual(['`eval_steps` is 10, but there are only 9 steps: the one evaluation is at the end.'])
  })

  it.each<[string, () => Promise<{ eval_windows?: Windows; eval_examples?: Examples }>, object]>([
    [
      'windows of other questions',
      async () => ({ eval_windows: await windowsOf(keepQuestions(examplesOf(), index => index !== 0)) }),
      {
        code: 'other-questions',
        message:
          'Expected windows and examples of the same questions; question 1 is "t1" in the windows and "t0" in the examples.',
      },
    ],
    [
      'windows made with another vocabulary',
      async () => ({
        eval_windows: await windowsOf(examplesOf(), caseText(name, 'm', 'vocab.txt').replace(vocab[7]!, 'zebra')),
      }),
      {
        code: 'other-vocabulary',
        message: `Expected \`eval_windows\` made with the vocabulary of the training set; id 7 is \`zebra\`, in the training set \`${vocab[7]}\`.`,
        hint: 'Give both `tokenize` stages the same vocabulary.',
      },
    ],
    [
      'questions without answers',
      async () => {
        const examples = examplesOf()
        return { eval_examples: { ...examples, answers: examples.answers.with(0, []) } }
      },
      { code: 'no-answers' },
    ],
    [
      'no examples',
      async () => ({ eval_examples: undefined }) as object,
      {
        code: 'no-evaluation-data',
        message: 'Expected windows and examples to evaluate on; found no `eval_examples`.',
        hint: 'Name the stages that they come from, such as `from: { eval_windows: span-dev, eval_examples: read-dev }`.',
      },
    ],
  ])('refuses %s before it looks at the model', async (_, inputs, problem) => {
    const running = evaluating({ model: '/absent' }, await inputs(), undefined, { unchecked: true })
    await expect(running).rejects.toMatchObject({ problem })
  })
})

describe('check', () => {
  const told = (facts: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [
        name,
        { value: value as number, stage: 'earlier', where: 'x.yaml:4' },
      ]),
    )
  const check = async (config: object, facts: Record<string, unknown> = {}, dev: Record<string, object> = {}) => {
    const ports = Object.fromEntries(Object.entries(dev).map(([port, of]) => [port, told(of as typeof facts)]))
    return (await checkStage(train, { config: { model, ...config }, facts: { training_set: told(facts), ...ports } }))
      .problems
  }

  const both = { eval_windows: { for: 'evaluation', max_seq_length: 64 }, eval_examples: { for: 'evaluation' } }
  const noData = (found: string) => ({
    code: 'no-evaluation-data',
    at: '/evaluate_during_training',
    message: `Expected windows and examples to evaluate on; found ${found}.`,
    hint: 'Name the stages that they come from, such as `from: { eval_windows: span-dev, eval_examples: read-dev }`.',
  })
  it.each<[string, object, Record<string, object>, object[]]>([
    ['nothing where both are there', { evaluate_during_training: true, eval_steps: 5, max_steps: 5 }, both, []],
    ['neither input', { evaluate_during_training: true }, {}, [noData('neither')]],
    ['one input', { evaluate_during_training: true }, { eval_windows: {} }, [noData('no `eval_examples`')]],
    ['the other', { evaluate_during_training: true }, { eval_examples: {} }, [noData('no `eval_windows`')]],
    [
      'inputs for nothing',
      {},
      both,
      [
        {
          severity: 'warning',
          code: 'unused-inputs',
          message:
            'Nothing is evaluated during training, but eval_windows and eval_examples are connected: a change of theirs would train anew for nothing.',
          hint: 'Set `evaluate_during_training: true`, or take them out of `from`.',
        },
      ],
    ],
    [
      'one input for nothing',
      {},
      { eval_examples: {} },
      [
        {
          severity: 'warning',
          code: 'unused-inputs',
          message:
            'Nothing is evaluated during training, but eval_examples is connected: a change of theirs would train anew for nothing.',
          hint: 'Set `evaluate_during_training: true`, or take them out of `from`.',
        },
      ],
    ],
    [
      'a best step without evaluations',
      { load_best_model_at_end: true },
      {},
      [
        {
          code: 'no-evaluation',
          at: '/load_best_model_at_end',
          message: 'Expected `evaluate_during_training: true`, without which no step is the best; found false.',
          hint: 'Set it, or leave `load_best_model_at_end` out.',
        },
      ],
    ],
    [
      'training windows',
      { evaluate_during_training: true },
      { ...both, eval_windows: { for: 'training' } },
      [
        {
          code: 'not-for-evaluation',
          message:
            'Expected `eval_windows` that are for evaluation; the stage `earlier` (x.yaml:4) reads its file for training.',
          hint: 'Read the file to evaluate on with `for: evaluation`, and name its windows in `from: { eval_windows: … }`.',
        },
      ],
    ],
    [
      'evaluations further apart than the end',
      { evaluate_during_training: true, eval_steps: 6, max_steps: 5 },
      both,
      [
        {
          severity: 'warning',
          code: 'eval-steps',
          at: '/eval_steps',
          message: '`eval_steps` is 6, but there are only 5 steps: the one evaluation is at the end.',
        },
      ],
    ],
    [
      'windows that the model cannot take',
      { evaluate_during_training: true },
      { ...both, eval_windows: { for: 'evaluation', max_seq_length: 65 } },
      [
        {
          code: 'windows-too-long',
          at: '/model',
          message: `\`max_seq_length\` is 65 (stage \`earlier\`, x.yaml:4), but the model has only 64 positions (\`max_position_embeddings\` in ${model}/config.json).`,
          hint: 'Set `max_seq_length` to at most 64.',
        },
      ],
    ],
  ])('of an evaluation finds %s', async (_, config, dev, problems) => {
    expect(await check(config, { for: 'training' }, dev)).toEqual(problems)
  })

  it('refuses `eval_steps: 0`', async () => {
    await expect(check({ eval_steps: 0 })).rejects.toThrow(/"an integer of at least 1"/)
  })

  const copy = (name: string, change: (dir: string) => void) => {
    const to = join(folder, name)
    cpSync(model, to, { recursive: true })
    change(to)
    return to
  }

  const configured = (name: string, text: string) => copy(name, dir => writeFileSync(join(dir, 'config.json'), text))

  it('finds nothing wrong with a good model', async () => {
    expect(await check({}, { for: 'training', max_seq_length: 64, vocab_size: 110 })).toEqual([])
  })

  it.each([
    [
      { engine: 'tensorflow' },
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
      { max_steps: 0 },
      {},
      [{ code: 'no-steps', at: '/max_steps', message: 'Expected `max_steps` to be -1 or at least 1; found 0.' }],
    ],
    [
      { warmup_steps: 3, warmup_ratio: 0.1 },
      {},
      [
        {
          code: 'two-warmups',
          at: '/warmup_ratio',
          message: 'Expected one of `warmup_steps` and `warmup_ratio`; found both (3 and 0.1).',
          hint: 'Leave one of them out.',
        },
      ],
    ],
    [
      { max_steps: 1, warmup_steps: 2 },
      {},
      [
        {
          code: 'warmup-too-long',
          at: '/warmup_steps',
          message:
            'Expected `warmup_steps` to be at most the 1 optimizer step of this training; found 2: the learning rate would never reach its peak.',
          hint: 'Lower it, or set `warmup_ratio`, a part of all steps, in its place.',
        },
      ],
    ],
    [
      {},
      { for: 'evaluation' },
      [
        {
          code: 'evaluation-data',
          message: 'Expected data for training; the stage `earlier` (x.yaml:4) reads it for evaluation.',
          hint: 'Set `for: training` there, or connect another stage with `from:`.',
        },
      ],
    ],
    [
      {},
      { max_seq_length: 65, vocab_size: 111 },
      [
        {
          code: 'windows-too-long',
          at: '/model',
          message: `\`max_seq_length\` is 65 (stage \`earlier\`, x.yaml:4), but the model has only 64 positions (\`max_position_embeddings\` in ${model}/config.json).`,
          hint: 'Set `max_seq_length` to at most 64.',
        },
        {
          code: 'vocabulary-too-large',
          at: '/model',
          message: `The vocabulary has 111 tokens (stage \`earlier\`, x.yaml:4), but the model knows only 110 (\`vocab_size\` in ${model}/config.json).`,
          hint: 'Use the vocabulary that belongs to the model.',
        },
      ],
    ],
  ])('%j with facts %j', async (config, facts, problems) => {
    expect(await check(config, facts)).toEqual(problems)
  })

  it('tells later stages what the model can take', async () => {
    const { facts } = await checkStage(train, { config: { model }, facts: {} })
    expect(facts).toEqual({ model_positions: 64, model_vocab_size: 110 })
  })

  const folderHint = 'Name a folder that holds `config.json` and `model.safetensors`.'
  const configHint = 'Choose a model whose configuration is supported.'
  it.each([
    [
      'absent',
      '/no/such',
      'model-folder',
      'Expected a model folder in Hugging Face form; /no/such does not exist.',
      folderHint,
    ],
    [
      'a file',
      join(model, 'vocab.txt'),
      'model-folder',
      `Expected a model folder in Hugging Face form; ${model}/vocab.txt is not a folder.`,
      folderHint,
    ],
    [
      'without config.json',
      copy('a', dir => rmSync(join(dir, 'config.json'))),
      'model-config',
      `Expected a model folder in Hugging Face form; there is no ${folder}/a/config.json.`,
      folderHint,
    ],
    [
      'not JSON',
      configured('b', '{'),
      'model-config',
      `Expected a JSON object in ${folder}/b/config.json; found something that is not JSON.`,
      'Download the file again.',
    ],
    [
      'a list',
      configured('c', '[]'),
      'model-config',
      `Expected a JSON object in ${folder}/c/config.json; found a list.`,
      'Download the file again.',
    ],
    [
      'another network',
      configured('d', '{"model_type": "roberta"}'),
      'model-type',
      `\`model_type\` in ${folder}/d/config.json: expected bert or distilbert, found "roberta".`,
      'Only the listed networks can be trained.',
    ],
    [
      "a field of a table's prototype",
      configured('e', '{"model_type": "constructor"}'),
      'model-type',
      `\`model_type\` in ${folder}/e/config.json: expected bert or distilbert, found "constructor".`,
      'Only the listed networks can be trained.',
    ],
    [
      'another activation',
      configured('f', JSON.stringify({ ...settings, hidden_act: 'silu' })),
      'model-config',
      `\`hidden_act\`: expected "gelu", found "silu", in ${folder}/f/config.json.`,
      configHint,
    ],
    [
      'heads that do not divide',
      configured('g', JSON.stringify({ ...settings, num_attention_heads: 3 })),
      'model-config',
      `\`hidden_size\`: expected a multiple of the 3 attention heads, found 8, in ${folder}/g/config.json.`,
      configHint,
    ],
    [
      'a field left out',
      configured('h', JSON.stringify({ ...settings, hidden_size: undefined })),
      'model-config',
      `\`hidden_size\`: expected an integer of at least 1, found nothing, in ${folder}/h/config.json.`,
      configHint,
    ],
    [
      'no weights',
      copy('i', dir => rmSync(join(dir, 'model.safetensors'))),
      'weights-missing',
      `Expected model.safetensors in ${folder}/i; found config.json, tokenizer_config.json and vocab.txt.`,
      'Download the file, or set `init: random` to train from nothing.',
    ],
    [
      'a pickle',
      copy('j', dir => {
        rmSync(join(dir, 'model.safetensors'))
        writeFileSync(join(dir, 'pytorch_model.bin'), '')
      }),
      'weights-pickle',
      `Expected model.safetensors in ${folder}/j; found a PyTorch pickle, pytorch_model.bin.`,
      `Convert it: python -c "import torch; from safetensors.torch import save_file; w = torch.load('${folder}/j/pytorch_model.bin', map_location='cpu', weights_only=True); save_file({k: v.clone().contiguous() for k, v in w.items()}, '${folder}/j/model.safetensors', {'format': 'pt'})"`,
    ],
    [
      'a TensorFlow checkpoint, which has another configuration',
      copy('l', dir => {
        for (const name of ['model.safetensors', 'config.json']) rmSync(join(dir, name))
        for (const name of ['bert_config.json', 'bert_model.ckpt.data-00000-of-00001', 'bert_model.ckpt.index'])
          writeFileSync(join(dir, name), '')
      }),
      'weights-tensorflow',
      `Expected model.safetensors in ${folder}/l; found a TensorFlow checkpoint, bert_model.ckpt.index.`,
      `Convert it, with \`pip install "transformers<5" torch tensorflow\`: python -c "from transformers import BertConfig, BertForPreTraining, load_tf_weights_in_bert; c = BertConfig.from_json_file('${folder}/l/bert_config.json'); m = BertForPreTraining(c); load_tf_weights_in_bert(m, c, '${folder}/l/bert_model.ckpt'); m.save_pretrained('${folder}/l')"`,
    ],
    [
      'weights of TensorFlow 2',
      copy('m', dir => {
        rmSync(join(dir, 'model.safetensors'))
        writeFileSync(join(dir, 'tf_model.h5'), '')
      }),
      'weights-tensorflow',
      `Expected model.safetensors in ${folder}/m; found TensorFlow weights, tf_model.h5.`,
      `Convert them, with \`pip install "transformers<5" torch tensorflow\`: python -c "import transformers; c = transformers.AutoConfig.from_pretrained('${folder}/m'); m = getattr(transformers, c.architectures[0].removeprefix('TF')); m.from_pretrained('${folder}/m', from_tf=True).save_pretrained('${folder}/m')"`,
    ],
    [
      'weights of Flax',
      copy('n', dir => {
        rmSync(join(dir, 'model.safetensors'))
        writeFileSync(join(dir, 'flax_model.msgpack'), '')
      }),
      'weights-flax',
      `Expected model.safetensors in ${folder}/n; found Flax weights, flax_model.msgpack.`,
      `Convert them, with \`pip install "transformers<5" torch flax\`: python -c "import transformers; c = transformers.AutoConfig.from_pretrained('${folder}/n'); m = getattr(transformers, c.architectures[0].removeprefix('Flax')); m.from_pretrained('${folder}/n', from_flax=True).save_pretrained('${folder}/n')"`,
    ],
    [
      'weights in parts',
      copy('k', dir => {
        rmSync(join(dir, 'model.safetensors'))
        writeFileSync(join(dir, 'model.safetensors.index.json'), '{}')
      }),
      'weights-sharded',
      `Expected model.safetensors in ${folder}/k; found weights that are split over several files (model.safetensors.index.json).`,
      `Join them: python -c "import glob; from safetensors.torch import load_file, save_file; w = {k: v for f in glob.glob('${folder}/k/model-*.safetensors') for k, v in load_file(f).items()}; save_file(w, '${folder}/k/model.safetensors', {'format': 'pt'})"`,
    ],
  ])('a model that is %s', async (_, path, code, message, hint) => {
    expect(await check({ model: path })).toEqual([{ code, at: '/model', message, hint }])
  })

  it('does not ask for weights with init: random', async () => {
    expect(await check({ model: join(folder, 'i'), init: 'random' })).toEqual([])
  })
})

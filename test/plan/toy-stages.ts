import { optional } from '../../src/plugin/artifact.ts'
import type { BuiltinStages } from '../../src/plugin/resolve.ts'
import { outOfKey, Type } from '../../src/plugin/schema.ts'
import { type AnyStage, defineStage } from '../../src/plugin/stage.ts'
import { stageError } from '../../src/plugin/stage-error.ts'
import { textKind } from '../plugin/text-kind.ts'

// A small pipeline's worth of stages, shaped as the real ones are.

const Examples = textKind('Examples')
const Pieces = textKind('Pieces')
const Windows = textKind('Windows')
const Model = textKind('Model')

const read = defineStage({
  name: 'read',
  version: 1,
  summary: 'Reads.',
  config: Type.Object({
    file: Type.Location(),
    sha256: Type.Optional(Type.Sha256({ of: 'file' })),
    for: Type.Union([Type.Literal('training'), Type.Literal('evaluation')], { default: 'training' }),
    version_2_with_negative: Type.Boolean({ default: false }),
  }),
  outputs: { examples: Examples },
  facts: ({ config }) => ({ for: config.for }),
  run: () => ({ examples: '' }),
})

const filter = defineStage({
  name: 'filter',
  version: 1,
  summary: 'Filters.',
  config: Type.Object({ min: Type.Integer({ minimum: 1, default: 3 }) }),
  inputs: { examples: Examples },
  outputs: { examples: Examples },
  run: () => ({ examples: '' }),
})

const tokenize = defineStage({
  name: 'tokenize',
  version: 1,
  summary: 'Tokenizes.',
  config: Type.Object({ vocab: Type.Location(), do_lower_case: Type.Optional(Type.Boolean()) }),
  inputs: { examples: Examples },
  outputs: { pieces: Pieces },
  facts: ({ config, probe }) => ({ vocab_size: (probe.text(config.vocab) ?? '').split('\n').length }),
  run: () => ({ pieces: '' }),
})

const span = defineStage({
  name: 'span',
  version: 1,
  summary: 'Cuts windows.',
  config: Type.Object({
    max_seq_length: Type.Integer({ minimum: 5, default: 384 }),
    doc_stride: Type.Integer({ minimum: 1, default: 128 }),
    max_query_length: Type.Integer({ minimum: 1, default: 64 }),
    log_examples: outOfKey(Type.Integer({ minimum: 0, default: 20 })),
  }),
  inputs: { pieces: Pieces },
  outputs: { windows: Windows },
  facts: ({ config }) => ({ max_seq_length: config.max_seq_length }),
  run: () => ({ windows: '' }),
})

const train = defineStage({
  name: 'train',
  version: 1,
  summary: 'Trains.',
  config: Type.Object({
    model: Type.Location(),
    learning_rate: Type.Number({ exclusiveMinimum: 0, default: 5e-5 }),
    evaluate: Type.Boolean({ default: false }),
    eval_steps: Type.Integer({ default: 500 }),
    lr_scheduler: Type.Union([Type.Literal('linear'), Type.Literal('constant'), Type.Literal('cosine')], {
      default: 'linear',
    }),
    logging_steps: outOfKey(Type.Integer({ minimum: 1, default: 50 })),
  }),
  inputs: { windows: Windows },
  outputs: { model: Model },
  unused: ({ evaluate }) => (evaluate ? [] : ['eval_steps']),
  check: ({ facts }) => {
    const { max_seq_length: length, for: purpose } = facts.windows ?? {}
    const problems = []
    if (typeof length?.value === 'number' && length.value > 512)
      problems.push({
        code: 'too-long',
        message: `Windows of ${length.value} (\`${length.stage}\`, ${length.where}) do not fit 512 positions.`,
        at: '/model',
      })
    if (purpose?.value === 'evaluation')
      problems.push({ severity: 'warning' as const, code: 'purpose', message: `Evaluation data (${purpose.where}).` })
    return problems
  },
  run: () => ({ model: '' }),
})

const save = defineStage({
  name: 'save',
  version: 1,
  summary: 'Saves.',
  effect: true,
  config: Type.Object({ output_dir: Type.Location({ output: true }) }),
  inputs: { model: Model },
  check: ({ config, forbidden }) =>
    forbidden
      .filter(place => place.path === config.output_dir)
      .map(place => ({ code: 'output-dir', message: `Not there: ${place.why}.`, at: '/output_dir' })),
  run: () => ({}),
})

const predict = defineStage({
  name: 'predict',
  version: 1,
  summary: 'Predicts.',
  config: Type.Object({ model: Type.Optional(Type.Location()), n_best_size: Type.Integer({ default: 20 }) }),
  inputs: { windows: Windows, model: optional(Model) },
  outputs: { answers: textKind('Answers') },
  check: ({ config, facts }) =>
    (config.model === undefined) === (facts.model === undefined)
      ? [{ code: 'one-model', message: 'Give one model.' }]
      : [],
  run: () => ({ answers: '' }),
})

const judge = defineStage({
  name: 'judge',
  version: 1,
  summary: 'Judges.',
  config: Type.Object({}),
  inputs: { model: optional(Model), eval_windows: optional(Windows, { onlyNamed: true }) },
  outputs: { verdict: textKind('Verdict') },
  run: () => ({ verdict: '' }),
})

const split = defineStage({
  name: 'split',
  version: 1,
  summary: 'Splits.',
  config: Type.Object({}),
  inputs: { examples: Examples },
  outputs: { first: Examples, second: Examples },
  run: () => ({ first: '', second: '' }),
})

const bugs = defineStage({
  name: 'bugs',
  version: 1,
  summary: 'Has bugs.',
  config: Type.Object({ kind: Type.Union([Type.Literal('bug'), Type.Literal('mistake')]) }),
  check: ({ config }) => {
    if (config.kind === 'bug') throw new TypeError('x is not a function')
    throw stageError({ code: 'bad-file', message: 'Bad file.', file: '/some/file' })
  },
  run: () => ({}),
})

const badSchema = defineStage({
  name: 'bad-schema',
  version: 1,
  summary: 'Has a schema that is none.',
  config: Type.Unsafe({ type: 'integr' }),
  run: () => ({}),
})

const match = defineStage({
  name: 'match',
  version: 1,
  summary: 'Matches windows with their examples.',
  config: Type.Object({}),
  inputs: { windows: Windows, examples: Examples },
  outputs: { answers: textKind('Answers') },
  run: () => ({ answers: '' }),
})

const differ = defineStage({
  name: 'differ',
  version: 1,
  summary: 'Compares.',
  config: Type.Object({}),
  inputs: { old: Examples, new: Examples },
  outputs: { answers: textKind('Answers') },
  run: () => ({ answers: '' }),
})

const stages: readonly AnyStage[] = [
  badSchema,
  bugs,
  differ,
  filter,
  judge,
  match,
  predict,
  read,
  save,
  span,
  split,
  tokenize,
  train,
]

export const toyStages: BuiltinStages = Object.fromEntries(
  stages.map(stage => [stage.name, async () => ({ default: stage })]),
)

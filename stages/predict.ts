import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { count, defineStage, optional, outOfKey, type Problem, stageError, Type } from 'sluice'
import {
  checkLimits,
  checkModelFolder,
  limitsFrom,
  limitsOf,
  Model,
  readModelFolder,
  TOKENIZER_CONFIG,
  VOCAB,
} from 'sluice/model'
import {
  answerQuestions,
  datasetOf,
  declaredCase,
  decodingParameters,
  Examples,
  expectSameQuestions,
  otherToken,
  Predictions,
  packWindows,
  predictionFiles,
  readText,
  readVocabulary,
  Windows,
} from 'sluice/squad'
import { checkEngine, coresOf, engineInKey, plannedEngine } from 'sluice/tensor'
import { infer, isTrainingError } from 'sluice/training'

export { answeringCommands as commands } from 'sluice/answering'

export default defineStage({
  name: 'predict',
  version: 1,
  summary: 'Answers the questions of evaluation windows with a trained model.',
  config: Type.Object({
    model: Type.Optional(
      Type.Location({ description: 'A saved model folder, in place of the model that `train` makes.' }),
    ),
    ...decodingParameters,
    eval_batch_size: Type.Integer({ minimum: 1, default: 8, description: 'Windows computed at once.' }),
    // What the two come to is in the key, by `machine`.
    engine: outOfKey(
      Type.Enum(['auto', 'onnx', 'tensorflow', 'reference'], {
        default: 'auto',
        description: 'What computes; see docs/engines.md.',
      }),
    ),
    device: outOfKey(Type.Enum(['auto', 'cpu', 'cuda'], { default: 'auto', description: 'Where; likewise.' })),
    threads: outOfKey(
      Type.Optional(Type.Integer({ minimum: 1, description: 'Threads that compute; by default one for each core.' })),
    ),
    output_dir: Type.Optional(
      Type.Location({
        output: true,
        description: 'Where predictions.json, nbest_predictions.json and null_odds.json are written as well.',
      }),
    ),
  }),
  inputs: { windows: Windows, examples: Examples, model: optional(Model) },
  outputs: { predictions: Predictions },

  check({ config, facts, probe }) {
    const problems: Problem[] = []
    const purpose = facts.windows?.for
    if (purpose && purpose.value !== 'evaluation')
      problems.push({
        code: 'not-for-evaluation',
        message: `Expected windows that are for evaluation; the stage "${purpose.stage}" (${purpose.where}) reads its file for ${purpose.value}.`,
        hint: 'Read the file to predict on with `for: evaluation`, and name its windows in `from: { windows: … }`.',
      })
    if (config.model !== undefined && facts.model)
      problems.push({
        code: 'two-models',
        at: '/model',
        message: 'Expected one model; found `model` here and another one from an earlier stage.',
        hint: 'Remove `model`, or leave the input open with `from: { model: null }`.',
      })
    if (config.model === undefined && !facts.model)
      problems.push({
        code: 'no-model',
        message: 'Expected a model, from an earlier stage such as `train` or as `model` here; found neither.',
        hint: 'Set `model` to a folder that `save` wrote.',
      })
    problems.push(...checkEngine(config, probe))
    if (config.model === undefined) {
      const limits = limitsFrom(facts.model ?? {})
      return limits ? [...problems, ...checkLimits(facts.windows ?? {}, limits)] : problems
    }
    const described = checkModelFolder({ model: config.model }, probe)
    if ('problems' in described) return [...problems, ...described.problems]
    const limits = checkLimits(facts.windows ?? {}, limitsOf(described))
    return [...problems, ...limits.map(problem => ({ ...problem, at: '/model' }))]
  },

  outlook: (_, { windows }) => (windows === undefined ? undefined : count(windows, 'window')),

  machine: ({ config, probe }) => engineInKey(config, probe),

  resources: ({ threads }, machine) => ({ cpu: coresOf(threads, machine) }),

  async run(context) {
    const { config, signal, progress, log, files, wrote } = context
    const { windows, examples, model: trained } = context.inputs
    // Whatever does not belong together is found before anything is computed.
    expectSameQuestions(windows, examples)
    const data = datasetOf(packWindows(windows))
    await expectSameVocabulary(windows, trained ?? config.model!, files)
    const learnt = trained ? trained.tokenizer : await declared(join(config.model!, TOKENIZER_CONFIG), files)
    const { do_lower_case } = windows.tokenizer
    if (learnt.do_lower_case !== undefined && learnt.do_lower_case !== do_lower_case)
      log.warn(
        `the windows were made with do_lower_case: ${do_lower_case}, the model with ${learnt.do_lower_case}: its answers will be worse than it can give`,
      )
    const model = trained ?? (await readModelFolder(config.model!, files, log.info))
    const started = performance.now()
    const logits = await infer(
      {
        config: model.config,
        weights: model.weights,
        data,
        batch_size: config.eval_batch_size,
        engine: plannedEngine(config, context.machine, context.package),
        threads: config.threads,
      },
      {
        signal,
        say: log.info,
        onBatch({ done, total, seconds_left }) {
          const speed = (1000 * done) / (performance.now() - started)
          progress(done, total, { 'windows/s': speed, eta_s: Math.round(seconds_left) })
        },
      },
    ).catch(error => {
      throw isTrainingError(error) ? stageError(error.problem) : error
    })

    const predictions = await answerQuestions(examples, windows, logits, config, signal)
    if (config.output_dir !== undefined) await writeFiles(config.output_dir, predictions, wrote)
    return { predictions }
  },
})

/** What a model's folder says of its tokenizer; nothing where it does not, or not in sound JSON: it need not have one. */
async function declared(path: string, files: (path: string) => Promise<string | undefined>) {
  const file = await files(path)
  return declaredCase(file && (await readText(file)))
}

/** Refuses windows whose ids mean other tokens to the model. A model's folder need not hold a vocabulary. */
async function expectSameVocabulary(
  { tokenizer }: Windows,
  model: Model | string,
  files: (path: string) => Promise<string | undefined>,
) {
  const [vocab, where] =
    typeof model === 'string'
      ? [await readVocabulary(join(model, VOCAB), files), join(model, VOCAB)]
      : [model.tokenizer.vocab, 'the model']
  const other = vocab && otherToken(tokenizer.vocab, vocab, where)
  if (other === undefined) return
  throw stageError({
    code: 'other-vocabulary',
    message: `Expected windows made with the model's vocabulary; ${other}.`,
    hint: 'Give the stage `tokenize` that the windows come from the vocabulary of the model.',
  })
}

async function writeFiles(folder: string, predictions: Predictions, wrote: (path: string) => Promise<void>) {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of predictionFiles(predictions)) {
    const path = join(folder, name)
    await writeFile(path, text)
    await wrote(path)
  }
}

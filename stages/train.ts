import { join } from 'node:path'
import {
  count,
  defineStage,
  optional,
  outOfKey,
  type Problem,
  type RunContext,
  type Static,
  stageError,
  Type,
} from 'sluice'
import {
  checkLimits,
  checkModelFolder,
  limitFacts,
  limitsOf,
  Model,
  modelFiles,
  readStart,
  TrainingLog,
  trainedConfig,
  VOCAB,
} from 'sluice/model'
import {
  answerQuestions,
  checkEvaluation,
  datasetOf,
  decodingParameters,
  Examples,
  exactOf,
  expectEvaluation,
  onlyAtTheEnd,
  otherToken,
  packWindows,
  readVocabulary,
  scorePredictions,
  scoresOf,
  TrainingSet,
  Windows,
} from 'sluice/squad'
import { type ChosenEngine, checkEngine, coresOf, engineInKey, plannedEngine } from 'sluice/tensor'
import {
  type Best,
  checkpointName,
  checkWarmup,
  curveOf,
  isTrainingError,
  lackOfSpace,
  mostKept,
  openRunFolder,
  planSteps,
  type RunFolder,
  type StepPlan,
  type Stop,
  type TrainHooks,
  type TrainRequest,
  type TrainResult,
  tagged,
  train,
} from 'sluice/training'

/** `pipeline engines`. */
export { engineCommands as commands } from 'sluice/tensor'

/** After so many steps the time that the rest will take is said. */
const JUDGE_TIME_AFTER = 5

const choice = <Names extends string[]>(names: readonly [...Names], description: string) =>
  Type.Enum(names, { default: names[0], description })

const config = Type.Object({
  model: Type.Location({
    description: 'A model folder in Hugging Face form: config.json and, unless `init: random`, model.safetensors.',
    examples: ['./my-bert'],
  }),
  config: Type.Optional(
    Type.Location({
      description: "A config.json, or a folder with one, in place of the model folder's: another dropout, for example.",
    }),
  ),
  init: choice(['pretrained', 'random'], 'Where the weights come from: the model folder, or the seed alone.'),
  learning_rate: Type.Number({ minimum: 0, default: 5e-5, description: 'The highest learning rate.' }),
  lr_scheduler: choice(['linear', 'constant', 'cosine'], 'How the learning rate falls after the warm-up.'),
  warmup_steps: Type.Integer({
    minimum: 0,
    default: 0,
    description: 'Optimizer steps in which the rate rises from 0.',
  }),
  warmup_ratio: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'The same, as a part of all steps.' }),
  train_batch_size: Type.Integer({ minimum: 1, default: 8, description: 'Windows in a batch.' }),
  gradient_accumulation_steps: Type.Integer({ minimum: 1, default: 1, description: 'Batches in an optimizer step.' }),
  num_train_epochs: Type.Integer({ minimum: 1, default: 3, description: 'How often each window is trained on.' }),
  max_steps: Type.Integer({
    minimum: -1,
    default: -1,
    description: 'Exactly so many optimizer steps, whatever the epochs; -1: as many as the epochs make.',
  }),
  weight_decay: Type.Number({ minimum: 0, default: 0, description: 'Of all weights but biases and LayerNorm.' }),
  adam_epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: "AdamW's epsilon." }),
  max_grad_norm: Type.Number({
    minimum: 0,
    default: 1,
    description: 'Gradients are clipped to this global norm; 0: not.',
  }),
  group_by_length: Type.Boolean({
    default: false,
    description: 'Batches of windows of like length: faster, in an order that is a little less random.',
  }),
  pad_to_max_length: Type.Boolean({
    default: false,
    description:
      'Pads every window to `max_seq_length` and has the loss count the padding, exactly as `transformers` does; slower.',
  }),
  seed: Type.Integer({
    minimum: 0,
    maximum: 2 ** 32 - 1,
    default: 42,
    description: 'Decides shuffle, dropout and the weights that are not read from a file.',
  }),
  // What the two come to is in the key, by `machine`.
  engine: outOfKey(
    choice(
      ['auto', 'onnx', 'tensorflow', 'reference'],
      'What computes: `auto` takes TensorFlow where it can use a CUDA device, else ONNX Runtime, and says so.',
    ),
  ),
  device: outOfKey(
    choice(
      ['auto', 'cpu', 'cuda'],
      'Where: `auto` takes a CUDA device for TensorFlow where it can, and the CPU for all else.',
    ),
  ),
  threads: outOfKey(
    Type.Optional(Type.Integer({ minimum: 1, description: 'Threads that compute; by default one for each core.' })),
  ),
  logging_steps: outOfKey(
    Type.Integer({
      minimum: 1,
      default: 50,
      description: 'Loss and learning rate are reported every so many optimizer steps.',
    }),
  ),
  logging_dir: outOfKey(
    Type.Optional(
      Type.Location({
        output: true,
        description:
          'Where each run gets a folder, named by its start time, with its curves for TensorBoard and links to its checkpoints.',
      }),
    ),
  ),
  save_steps: outOfKey(
    Type.Integer({
      minimum: 1,
      default: 50,
      description: 'A checkpoint, from which an interrupted training goes on, every so many optimizer steps.',
    }),
  ),
  save_total_limit: outOfKey(
    Type.Integer({
      minimum: 1,
      default: 2,
      description: 'How many checkpoints are kept; the best one is among them, beside the newest.',
    }),
  ),
  evaluate_during_training: Type.Boolean({
    default: false,
    description:
      'Scores the weights as they stand, every `eval_steps` and at the end, on the inputs `eval_windows` and `eval_examples`, and keeps the best checkpoint by F1.',
  }),
  eval_steps: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Optimizer steps from one evaluation to the next; by default those of an epoch.',
    }),
  ),
  eval_batch_size: Type.Integer({
    minimum: 1,
    default: 8,
    description: 'Windows computed at once in an evaluation.',
  }),
  ...decodingParameters,
  load_best_model_at_end: Type.Boolean({
    default: false,
    description: 'Makes the result the weights of the best evaluation, by F1, and not those of the last step.',
  }),
})

const inputs = {
  training_set: TrainingSet,
  eval_windows: optional(Windows, { onlyNamed: true }),
  eval_examples: optional(Examples, { onlyNamed: true }),
}

type Config = Static<typeof config>
type Context = RunContext<typeof config, typeof inputs>

export default defineStage({
  name: 'train',
  version: 1,
  summary:
    'Fine-tunes a network on the training set: AdamW, a learning rate schedule, gradients clipped by their norm.',
  config,
  inputs,
  outputs: { model: Model, log: TrainingLog },
  // The last whole step is kept, which takes longer for a large network on a slow disk than a stage is waited for.
  heedsSignal: true,

  check({ config, facts: { training_set: facts = {}, eval_windows, eval_examples }, probe }) {
    const problems: Problem[] = []
    problems.push(...checkEngine(config, probe))
    if (config.max_steps === 0)
      problems.push({
        code: 'no-steps',
        at: '/max_steps',
        message: 'Expected `max_steps` to be -1 or at least 1; found 0.',
      })
    if (config.warmup_steps > 0 && config.warmup_ratio > 0)
      problems.push({
        code: 'two-warmups',
        at: '/warmup_ratio',
        message: `Expected one of \`warmup_steps\` and \`warmup_ratio\`; found both (${config.warmup_steps} and ${config.warmup_ratio}).`,
        hint: 'Leave one of them out.',
      })
    const warmup = config.max_steps > 0 && checkWarmup(config.warmup_steps, config.max_steps)
    if (warmup) problems.push({ ...warmup, at: '/warmup_steps' })
    if (facts.for?.value === 'evaluation')
      problems.push({
        code: 'evaluation-data',
        message: `Expected data for training; the stage \`${facts.for.stage}\` (${facts.for.where}) reads it for evaluation.`,
        hint: 'Set `for: training` there, or connect another stage with `from:`.',
      })
    problems.push(...checkEvaluation(config, { eval_windows, eval_examples }))
    const described = checkModelFolder(config, probe)
    if ('problems' in described) return [...problems, ...described.problems]
    const limits = limitsOf(described)
    const at = config.config === undefined ? '/model' : '/config'
    const tooLarge = [facts, eval_windows ?? {}].flatMap(each => checkLimits(each, limits))
    return [...problems, ...tooLarge.map(problem => ({ ...problem, at }))]
  },

  facts({ config, probe }) {
    const described = checkModelFolder(config, probe)
    return 'problems' in described ? {} : limitFacts(limitsOf(described))
  },

  outlook(config, { training_set: windows }) {
    if (config.max_steps > 0) return count(config.max_steps, 'optimizer step')
    if (windows === undefined) return undefined
    try {
      return count(planSteps(windows, config).total_steps, 'optimizer step')
    } catch (error) {
      if (isTrainingError(error)) return `it will fail: ${error.problem.message}`
      throw error
    }
  },

  machine: ({ config, probe }) => engineInKey(config, probe),

  resources: ({ threads }, machine) => ({ cpu: coresOf(threads, machine) }),

  unused: ({ evaluate_during_training }) => (evaluate_during_training ? [] : ofEvaluation),

  async run(context) {
    const { config, log } = context
    try {
      const prepared = await prepare(context)
      const watching = watch(context, prepared.evaluated)
      const result = await train(prepared.request, watching.hooks)
      log.info(`global step ${result.global_step}, average loss ${result.average_loss.toFixed(4)}`)
      const { best } = result
      if (best) log.result('best', `F1 ${best.metric.toFixed(2)} after step ${best.step} of ${result.global_step}`)
      if (best && config.load_best_model_at_end) log.info(`the result is the model of step ${best.step}, the best`)
      if (watching.folder()) log.result('curves', `tensorboard --logdir ${config.logging_dir}`)
      const training = record(config, prepared, result)
      return { model: { ...prepared.trained, weights: result.weights, training }, log: result.log }
    } catch (error) {
      throw isTrainingError(error) ? stageError(error.problem) : error
    }
  },
})

/** The parameters that only an evaluation has a use for. */
const ofEvaluation = ['eval_steps', 'eval_batch_size', 'load_best_model_at_end', ...Object.keys(decodingParameters)]

/** The parameters that decide the training, under the names that the trainer has for them too. */
const optionsOf = (config: Config) => {
  const { learning_rate, lr_scheduler, warmup_steps, warmup_ratio, num_train_epochs, max_steps, seed } = config
  const { train_batch_size, gradient_accumulation_steps, group_by_length, pad_to_max_length } = config
  const { weight_decay, adam_epsilon, max_grad_norm } = config
  return {
    ...{ learning_rate, lr_scheduler, warmup_steps, warmup_ratio, num_train_epochs, max_steps, seed },
    ...{ train_batch_size, gradient_accumulation_steps, group_by_length, pad_to_max_length },
    ...{ weight_decay, adam_epsilon, max_grad_norm },
  }
}

/** The settings that checkpoints and the model remember. */
const settingsOf = (config: Config, { engine, device }: ChosenEngine) => ({
  ...optionsOf(config),
  init: config.init,
  engine,
  device,
})

/** Reads what training starts from. Whatever does not belong together is found here, before anything is computed. */
async function prepare(context: Context) {
  const { config, machine, files, log } = context
  const { training_set } = context.inputs
  const options = optionsOf(config)
  const plan = planSteps(training_set.cls_index.length, options)
  expectPositions(training_set)
  const evaluated = config.evaluate_during_training
    ? expectEvaluation(context.inputs, training_set.tokenizer)
    : undefined
  tellPlan(context, plan)
  const { weights, ...start } = await readStart(config, files, { seed: options.seed, say: log.info })
  if (config.init === 'pretrained') await compareVocabularies(context)

  const trained = { config: trainedConfig(start.network, start.config), tokenizer: training_set.tokenizer }
  // Not before it is needed: the folder is made when it is asked for.
  const { scratch } = context
  const lack = await lackOfSpace(scratch, weights, mostKept(config.save_total_limit, evaluated !== undefined))
  if (lack) log.warn(lack)
  const engine = plannedEngine(config, machine, context.package)
  const { save_steps, save_total_limit, eval_steps, eval_batch_size, load_best_model_at_end } = config
  const training_args = `${JSON.stringify(settingsOf(config, engine), null, 2)}\n`
  const request: TrainRequest = {
    config: start.config,
    weights,
    data: datasetOf(training_set),
    options: { ...options, engine, threads: config.threads },
    checkpoints: {
      folder: scratch,
      save_steps,
      save_total_limit,
      files: { ...modelFiles(trained), 'training_args.json': training_args },
    },
    ...(evaluated && {
      evaluation: {
        data: datasetOf(packWindows(evaluated.windows)),
        batch_size: eval_batch_size,
        load_best_model_at_end,
        ...(eval_steps !== undefined && { eval_steps }),
      },
    }),
  }
  return { trained, evaluated, engine, request }
}

type Prepared = Awaited<ReturnType<typeof prepare>>

function tellPlan({ config, inputs: { training_set }, log }: Context, { epochs, total_steps }: StepPlan) {
  const { train_batch_size: batch, gradient_accumulation_steps: accumulation, eval_steps } = config
  const [examples, windows] = [training_set.question_ids.length, training_set.cls_index.length]
  log.info(
    `${count(examples, 'example')} in ${count(windows, 'window')}, ${count(epochs, 'epoch')}: ` +
      `batch ${batch}, effective batch ${batch * accumulation}, ${count(total_steps, 'optimizer step')}`,
  )
  // With `max_steps` it was said before.
  const evaluates = config.evaluate_during_training && config.max_steps < 0
  if (evaluates && eval_steps !== undefined && eval_steps > total_steps) log.warn(onlyAtTheEnd(eval_steps, total_steps))
}

async function compareVocabularies({ config: { model }, inputs: { training_set }, files, log }: Context) {
  const path = join(model, VOCAB)
  const theirs = await readVocabulary(path, files)
  const other = theirs && otherToken(training_set.tokenizer.vocab, theirs, path)
  if (other) log.warn(`the windows were made with another vocabulary than the model's: ${other}`)
}

/** Tells of a training as it goes: progress, curves, scores, the folder with links to its checkpoints. */
function watch(context: Context, evaluated: Prepared['evaluated']) {
  const { config, signal, progress, step, log } = context
  const { logging_dir } = config
  const curve = curveOf(config.logging_steps)
  let made = 0
  let resumed: number | undefined
  let folder: RunFolder | undefined
  let broken = logging_dir === undefined
  // Trouble with what people look at does not end what may have taken days: it is told of once, and nothing more is written.
  const show = (write: (folder: RunFolder) => void) => {
    if (broken) return
    try {
      if (!folder) {
        folder = openRunFolder(logging_dir!, context.scratch, resumed)
        log.info(`curves and checkpoints are in ${folder.path}`)
      }
      write(folder)
    } catch (error) {
      broken = true
      log.warn(`no more curves and links to checkpoints in ${folder?.path ?? logging_dir}: ${(error as Error).message}`)
    }
  }
  const hooks: TrainHooks = {
    signal,
    say: log.info,
    onResume(checkpoint, at, total) {
      resumed = at
      log.note(`goes on from ${checkpoint}, ${at < total ? `with step ${at + 1} of ${total}` : 'its last step'}`)
    },
    onStopping: () => log.info('stopping as soon as the last whole step is kept'),
    onStop: stop => log.note(stoppedAt(stop)),
    onEvaluating({ step: at, total_steps: total, done, total: windows }) {
      progress(at, total, { 'evaluated windows': done, 'windows to go': windows - done })
    },
    async onEvaluate({ step: at, logits, best }) {
      const { examples, windows } = evaluated!
      const metrics = scorePredictions(examples, await answerQuestions(examples, windows, logits, config, signal))
      const scores = scoresOf(metrics)
      const logged = prefixed('eval_', scores)
      step({ step: at, ...logged })
      show(({ events }) => events.scalars(at, prefixed('eval/', scores)))
      const [exact, f1] = [exactOf(metrics).toFixed(2), metrics.f1.toFixed(2)]
      log.info(`evaluated after step ${at}: exact match ${exact}, F1 ${f1}, ${comparedWith(metrics.f1, best)}`)
      return { metric: metrics.f1, scores: logged }
    },
    onCheckpoint: checkpoint => show(folder => folder.link(checkpoint)),
    onStep(report) {
      const { step: at, total_steps: total } = report
      const { due, point } = curve(report)
      if (due) {
        step({ ...point })
        show(({ events }) => events.scalars(at, tagged(point)))
      }
      const { loss, learning_rate, windows_per_second: speed, seconds_left } = point
      progress(at, total, { loss, learning_rate, 'windows/s': speed, eta_s: Math.round(seconds_left) })
      if (++made === JUDGE_TIME_AFTER && at < total)
        log.info(`${duration(seconds_left)} to go, at ${speed.toFixed(1)} windows/s`)
    },
  }
  return { hooks, folder: () => folder }
}

/** What the model remembers of how it was made, by name. */
function record(config: Config, { engine }: Prepared, { global_step, average_loss, best }: TrainResult) {
  const loaded = best && config.load_best_model_at_end && { best_global_step: best.step, best_metric: best.metric }
  const training = { ...settingsOf(config, engine), global_step, average_loss, ...loaded }
  return Object.fromEntries(Object.entries(training).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Scores under the names that `transformers`' Trainer gives them, in its logs and in TensorBoard. */
const prefixed = (prefix: 'eval_' | 'eval/', scores: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [`${prefix}${name}`, value]))

const comparedWith = (metric: number, best: Best | undefined) =>
  best && metric <= best.metric
    ? `the best is still ${best.metric.toFixed(2)}, of step ${best.step}`
    : 'the best so far'

function stoppedAt({ step, kept, lost }: Stop): string {
  if (step === 0) return 'stopped in step 1; no step is kept yet, and the next run starts anew'
  if (kept === step) return `stopped after step ${step}; the next run goes on from there`
  const next = kept === 0 ? 'starts anew' : `goes on from ${checkpointName(kept)}`
  return `stopped after step ${step}, which could not be kept; the next run ${next}: ${lost}`
}

function expectPositions({ start_positions, end_positions }: TrainingSet) {
  if (!start_positions || !end_positions)
    throw stageError({
      code: 'evaluation-data',
      message: 'Expected a training set with answers; found one that was made for evaluation.',
    })
}

function duration(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`
  if (seconds < 48 * 3600) return `about ${Math.round(seconds / 3600)} hours`
  return `about ${Math.round(seconds / 86400)} days`
}

import { aside, dataFile, dataset, decodingFlags, epochs, modelFlags, outputDir } from './common.ts'
import { each, type FlagRule, nothing, type Outcome, only, type Rules, to, unsupported } from './rule.ts'

/** Pieces of a question of SQuAD: the median of 11,877 training questions, cut by bert-base-uncased's vocabulary. */
const QUESTION = 12
/** [CLS], [SEP], [SEP]. */
const SPECIAL = 3

/** What `doc_stride` is there, the tokens that two windows share, as the distance between their starts. */
const overlap: FlagRule = {
  type: 'integer',
  default: 128,
  becomes(value, given): Outcome {
    const distance = Number(given.value('max_seq_length')) - SPECIAL - QUESTION - Number(value)
    if (distance < 1)
      return { unsupported: 'windows that share so much would hardly move', settings: { 'span.doc_stride': 1 } }
    const note = `there it is what two windows share, here how far they are apart: equal for questions of ${QUESTION} pieces`
    return { settings: { 'span.doc_stride': distance }, note }
  },
}

const length: FlagRule = {
  type: 'integer',
  default: 384,
  becomes: value => ({
    settings: { 'span.max_seq_length': value, 'span.max_query_length': value },
    note: 'questions are not cut there',
  }),
}

const warmup: FlagRule = {
  type: 'number',
  default: 0,
  // Since version 5 of transformers a number below 1 is a part of all steps.
  becomes: value =>
    Number.isInteger(value)
      ? { settings: { 'train.warmup_steps': value } }
      : { settings: { 'train.warmup_ratio': value } },
}

const scheduler: FlagRule = {
  type: 'text',
  default: 'linear',
  becomes(value) {
    const name = String(value)
    if (name === 'linear' || name === 'cosine') return { settings: { 'train.lr_scheduler': name } }
    if (name === 'constant_with_warmup') return { settings: { 'train.lr_scheduler': 'constant' } }
    if (name !== 'constant') return { unsupported: 'the rate can be linear, cosine or constant here' }
    return { settings: { 'train.lr_scheduler': 'constant', 'train.warmup_steps': 0 }, note: 'without warm-up there' }
  },
}

const evaluation: FlagRule = {
  type: 'text',
  default: 'no',
  becomes(value, given): Outcome {
    if (value === 'no') return { settings: { 'train.evaluate_during_training': false } }
    if (value === 'epoch') return { settings: { 'train.evaluate_during_training': true } }
    const steps = given.value('eval_steps') ?? given.value('logging_steps') ?? 500
    return { settings: { 'train.evaluate_during_training': true, 'train.eval_steps': steps } }
  },
}

const reports: FlagRule = {
  type: 'text',
  becomes: value =>
    /\b(tensorboard|all)\b/.test(String(value))
      ? { settings: { 'train.logging_dir': './runs' } }
      : value === 'none'
        ? { nothing: 'curves are written only where `train.logging_dir` says' }
        : { unsupported: "curves are TensorBoard's here: `train.logging_dir`" },
}

/** Steps; below 1, of version 5 of transformers, a part of all steps, which is not known before the windows are. */
const steps = (setting: string, preset: number): FlagRule => ({
  type: 'number',
  default: preset,
  becomes: value =>
    Number.isInteger(value) ? { settings: { [setting]: value } } : { unsupported: 'steps are a whole number here' },
})

const stages = (which: string): FlagRule => ({
  type: 'switch',
  becomes: value => ({ settings: {}, note: value === true ? `the stages ${which}` : `without the stages ${which}` }),
})

export const bySwitch = { do_train: stages('`read` to `save`'), do_eval: stages('`read-dev` to `evaluate`') }

/** `run_qa.py`: its own arguments, and those of transformers' `TrainingArguments`, of versions 4 and 5. */
export const runQa: Rules = {
  ...aside,
  ...modelFlags,
  model_revision: nothing('text', 'it is part of the address of the model'),
  ...each(nothing('text', '`HF_TOKEN` is the token'), 'token', 'use_auth_token'),
  trust_remote_code: unsupported('switch', 'no code of a model is ever run here'),
  dataset_name: dataset,
  dataset_config_name: nothing('text', 'SQuAD has one'),
  train_file: dataFile('vars.train_file'),
  validation_file: dataFile('vars.dev_file'),
  test_file: unsupported('text', 'one file is predicted on: `read-dev.file`'),
  output_dir: outputDir,
  ...bySwitch,
  do_predict: unsupported('switch', 'one file is predicted on: `read-dev.file`'),
  overwrite_output_dir: to('save.overwrite_output_dir', 'switch', false),
  overwrite_cache: to('cache.overwrite_cache', 'switch', false),
  ...decodingFlags,

  max_seq_length: length,
  doc_stride: overlap,
  pad_to_max_length: to(
    'train.pad_to_max_length',
    'switch',
    true,
    '`false` is about twice as fast, and leaves padding out of the loss',
  ),
  preprocessing_num_workers: nothing('integer', 'all cores cut words'),
  ...each(
    unsupported('integer', 'files are read whole; a stage of your own can drop questions (`pipeline new stage`)'),
    'max_train_samples',
    'max_eval_samples',
    'max_predict_samples',
  ),

  per_device_train_batch_size: to('train.train_batch_size', 'integer', 8),
  per_device_eval_batch_size: to('predict.eval_batch_size', 'integer', 8),
  // Their names in version 4 of transformers.
  per_gpu_train_batch_size: to('train.train_batch_size', 'integer'),
  per_gpu_eval_batch_size: to('predict.eval_batch_size', 'integer'),
  gradient_accumulation_steps: to('train.gradient_accumulation_steps', 'integer', 1),
  learning_rate: to('train.learning_rate', 'number', 5e-5),
  num_train_epochs: epochs(),
  max_steps: to('train.max_steps', 'integer', -1),
  lr_scheduler_type: scheduler,
  warmup_steps: warmup,
  warmup_ratio: { type: 'number', becomes: value => ({ settings: { 'train.warmup_ratio': value } }) },
  weight_decay: to('train.weight_decay', 'number', 0),
  adam_epsilon: to('train.adam_epsilon', 'number', 1e-8),
  adam_beta1: only('number', [0.9], 'it is 0.9 here'),
  adam_beta2: only('number', [0.999], 'it is 0.999 here'),
  max_grad_norm: to('train.max_grad_norm', 'number', 1),
  optim: only(
    'text',
    ['adamw_torch', 'adamw_torch_fused', 'adamw_hf'],
    'the optimizer here is AdamW, as `adamw_torch`',
  ),
  optim_args: unsupported('text', 'AdamW has no others here'),
  adafactor: unsupported('switch', 'the optimizer here is AdamW'),
  lr_scheduler_kwargs: unsupported('text', 'schedules have no others here'),
  seed: to('train.seed', 'integer', 42),
  group_by_length: to('train.group_by_length', 'switch', false),
  train_sampling_strategy: {
    type: 'text',
    becomes: value =>
      value === 'random' || value === 'group_by_length'
        ? { settings: { 'train.group_by_length': value === 'group_by_length' } }
        : { unsupported: 'windows are shuffled, or grouped by length, here' },
  },
  length_column_name: nothing('text', 'lengths are known here'),

  logging_steps: steps('train.logging_steps', 500),
  save_steps: steps('train.save_steps', 500),
  save_total_limit: to('train.save_total_limit', 'integer'),
  save_strategy: {
    type: 'text',
    becomes: value =>
      value === 'steps'
        ? { nothing: 'it is so here' }
        : { unsupported: 'a checkpoint is kept every `train.save_steps`' },
  },
  save_safetensors: nothing('switch', 'weights are safetensors'),
  save_only_model: nothing('switch', 'the folder that `save` writes has the model alone'),
  logging_dir: {
    type: 'text',
    becomes: (value, given) => ({ settings: { 'train.logging_dir': given.path(String(value)) } }),
  },
  report_to: reports,
  eval_strategy: evaluation,
  // Its name in version 4 of transformers.
  evaluation_strategy: { type: 'text', becomes: evaluation.becomes },
  eval_steps: {
    type: 'number',
    becomes: (_, given) =>
      [given.value('eval_strategy'), given.value('evaluation_strategy')].includes('steps')
        ? { nothing: 'see `eval_strategy`' }
        : { nothing: 'no evaluation while it trains' },
  },
  load_best_model_at_end: to('train.load_best_model_at_end', 'switch', false),
  metric_for_best_model: only('text', ['f1', 'eval_f1'], 'the best is the one of the highest F1 here'),
  greater_is_better: only('switch', [true], 'the best is the one of the highest F1 here'),
  ...each(nothing('switch', '`train.device` says where'), 'no_cuda', 'use_cpu'),
  use_mps_device: unsupported('switch', "Apple's GPUs are not used here"),
  past_index: unsupported('integer', 'the networks here have no memory'),
}

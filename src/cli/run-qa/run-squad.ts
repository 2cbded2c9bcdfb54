import { dataFile, decodingFlags, epochs, modelFlags, outputDir } from './common.ts'
import { each, type FlagRule, type Given, nothing, only, type Rules, to, unsupported } from './rule.ts'
import { bySwitch, runQa } from './run-qa.ts'

const folder = (given: Given): string => {
  const name = given.value('data_dir')
  return name === undefined || name === '' ? '' : `${String(name).replace(/\/$/, '')}/`
}

/** Windows start `doc_stride` apart here, and in both scripts. */
const windows: Rules = {
  max_seq_length: to('span.max_seq_length', 'integer', 384),
  doc_stride: to('span.doc_stride', 'integer', 128),
  max_query_length: to('span.max_query_length', 'integer', 64),
}

/** The flags that are the same in both scripts of transformers. */
const shared = [
  ...['output_dir', 'do_train', 'do_eval', 'overwrite_output_dir', 'overwrite_cache', 'learning_rate', 'weight_decay'],
  ...['adam_epsilon', 'max_grad_norm', 'max_steps', 'num_train_epochs', 'gradient_accumulation_steps', 'warmup_steps'],
  ...['logging_steps', 'save_steps', 'seed', 'no_cuda', 'fp16', 'fp16_opt_level', 'local_rank', 'verbose_logging'],
  ...['server_ip', 'server_port'],
] as const

/** `run_squad.py` of transformers, examples/legacy/question-answering. */
export const hfRunSquad: Rules = {
  ...Object.fromEntries(shared.map(name => [name, runQa[name]!])),
  ...modelFlags,
  ...windows,
  model_type: only('text', ['bert', 'distilbert', 'BERT'], 'the networks here are BERT and DistilBERT'),
  data_dir: nothing('text', "it is part of the files' paths"),
  train_file: dataFile('vars.train_file', folder),
  predict_file: dataFile('vars.dev_file', folder),
  ...decodingFlags,
  do_lower_case: {
    type: 'switch',
    default: false,
    becomes: value => ({ settings: { 'tokenize.do_lower_case': value } }),
  },
  per_gpu_train_batch_size: to('train.train_batch_size', 'integer', 8),
  per_gpu_eval_batch_size: to('predict.eval_batch_size', 'integer', 8),
  evaluate_during_training: {
    type: 'switch',
    default: false,
    becomes: (value, given) => ({
      settings: {
        'train.evaluate_during_training': value,
        ...(value === true && { 'train.eval_steps': given.value('logging_steps') ?? 500 }),
      },
    }),
  },
  eval_all_checkpoints: unsupported(
    'switch',
    'the model of the last step is scored, or the best one (`train.load_best_model_at_end`)',
  ),
  lang_id: only('integer', [0], 'the networks here are BERT and DistilBERT'),
  threads: nothing('integer', 'all cores cut words'),
}

/** It pads every window, and padding counts in its loss. */
export const hfFixed = { 'train.pad_to_max_length': true } as const

/** Folders of Google's checkpoints, and the same models in a form that is read here. */
const published: Readonly<Record<string, string>> = {
  'uncased_L-12_H-768_A-12': 'bert-base-uncased',
  'uncased_L-24_H-1024_A-16': 'bert-large-uncased',
  'cased_L-12_H-768_A-12': 'bert-base-cased',
  'cased_L-24_H-1024_A-16': 'bert-large-cased',
  'multi_cased_L-12_H-768_A-12': 'bert-base-multilingual-cased',
  'multilingual_L-12_H-768_A-12': 'bert-base-multilingual-uncased',
  'chinese_L-12_H-768_A-12': 'bert-base-chinese',
  'wwm_uncased_L-24_H-1024_A-16': 'bert-large-uncased-whole-word-masking',
  'wwm_cased_L-24_H-1024_A-16': 'bert-large-cased-whole-word-masking',
}

/** A checkpoint of TensorFlow's, by the folder that it lies in. */
const checkpoint: FlagRule = {
  type: 'text',
  becomes(value, given) {
    const parts = String(value).split('/').slice(0, -1)
    const name = published[parts.at(-1) ?? '']
    if (name !== undefined) return { settings: { 'vars.model': `hf://google-bert/${name}` }, note: 'the same weights' }
    const settings = { 'vars.model': given.path(parts.join('/') || '.') }
    return {
      unsupported: "TensorFlow's weights have to be converted: `pipeline validate` has the line for that folder",
      settings,
    }
  },
}

const ofTheCheckpoint = (setting: string): FlagRule => ({
  type: 'text',
  becomes(value, given) {
    const [file, init] = [String(value), String(given.value('init_checkpoint') ?? '')]
    const inFolder = file.slice(0, file.lastIndexOf('/') + 1) === init.slice(0, init.lastIndexOf('/') + 1)
    if (inFolder) return { nothing: "it is beside the model's weights" }
    return { settings: { [setting]: given.path(file) } }
  },
})

const google = (name: string) => unsupported('text', `no Cloud TPU computes here (${name})`)

/** `run_squad.py` of google-research/bert. */
export const bertRunSquad: Rules = {
  bert_config_file: ofTheCheckpoint('train.config'),
  vocab_file: ofTheCheckpoint('tokenize.vocab'),
  init_checkpoint: checkpoint,
  output_dir: outputDir,
  train_file: dataFile('vars.train_file'),
  predict_file: dataFile('vars.dev_file'),
  do_lower_case: {
    type: 'switch',
    default: true,
    becomes: value => ({ settings: { 'tokenize.do_lower_case': value } }),
  },
  ...windows,
  do_train: bySwitch.do_train,
  do_predict: bySwitch.do_eval,
  train_batch_size: to('train.train_batch_size', 'integer', 32),
  predict_batch_size: to('predict.eval_batch_size', 'integer', 8),
  learning_rate: to('train.learning_rate', 'number', 5e-5),
  num_train_epochs: epochs('of windows here, of questions there: a few more steps'),
  warmup_proportion: to('train.warmup_ratio', 'number', 0.1),
  save_checkpoints_steps: to('train.save_steps', 'integer', 1000),
  iterations_per_loop: nothing('integer', 'a setting of Cloud TPUs alone'),
  ...decodingFlags,
  use_tpu: unsupported('switch', 'no Cloud TPU computes here'),
  ...each(google('`use_tpu`'), 'tpu_name', 'tpu_zone', 'gcp_project', 'master'),
  num_tpu_cores: nothing('integer', 'a setting of Cloud TPUs alone'),
  verbose_logging: nothing('switch', 'the run shows its progress'),
}

/** What it has no flags for. */
export const bertFixed = {
  'train.weight_decay': 0.01,
  'train.adam_epsilon': 1e-6,
  'train.pad_to_max_length': true,
} as const

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { each, type FlagRule, type Given, nothing, type Outcome, only, type Rules, to, unsupported } from './rule.ts'

/** Flags that the scripts of Hugging Face share. */

/** Names that the Hub had before models belonged to owners. */
const renamed: Readonly<Record<string, string>> = { bert: 'google-bert', distilbert: 'distilbert' }

/** A model of the Hub, or a folder. */
export const modelLocation = (name: string, revision: string, given: Given): string => {
  if (name.startsWith('.') || name.includes('${') || /^[/~]/.test(name) || existsSync(resolve(name)))
    return given.path(name)
  const owner = renamed[name.split('-')[0] ?? '']
  const id = name.includes('/') || owner === undefined ? name : `${owner}/${name}`
  return `hf://${id}${revision === 'main' ? '' : `@${revision}`}`
}

export const model: FlagRule = {
  type: 'text',
  becomes(value, given) {
    const name = String(value)
    if (/\.ckpt/.test(name)) return { unsupported: 'a TensorFlow checkpoint has to be converted first' }
    const revision = String(given.value('model_revision') ?? 'main')
    if (!name.includes('/') && modelLocation(name, revision, given) === `hf://${name}`)
      return { unsupported: 'the networks here are BERT and DistilBERT', settings: { 'vars.model': `hf://${name}` } }
    return { settings: { 'vars.model': modelLocation(name, revision, given) } }
  },
}

/** What both scripts of transformers say of the model. */
export const modelFlags: Rules = {
  model_name_or_path: model,
  config_name: {
    type: 'text',
    becomes: (value, given) =>
      value === ''
        ? { nothing: 'the model has its own' }
        : { settings: { 'train.config': modelLocation(String(value), 'main', given) } },
  },
  tokenizer_name: {
    type: 'text',
    becomes: (value, given) =>
      value === ''
        ? { nothing: 'the model has its own' }
        : { settings: { 'tokenize.vocab': modelLocation(String(value), 'main', given) } },
  },
  cache_dir: nothing('text', '`HF_HOME` says where models are kept, as in Python'),
}

/** SQuAD's files, as pipelines/squad-v1.1.yaml and squad-v2.0.yaml have them. */
const squad = 'https://rajpurkar.github.io/SQuAD-explorer/dataset'
const files = {
  squad: [
    `${squad}/train-v1.1.json#sha256=3527663986b8295af4f7fcdff1ba1ff3f72d07d61a20f487cb238a6ef92fd955`,
    `${squad}/dev-v1.1.json#sha256=95aa6a52d5d6a735563366753ca50492a658031da74f301ac5238b03966972c9`,
  ],
  squad_v2: [
    `${squad}/train-v2.0.json#sha256=68dcfbb971bd3e96d5b46c7177b16c1a4e7d4bdef19fb204502738552dede002`,
    `${squad}/dev-v2.0.json#sha256=80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8`,
  ],
} as const

export const dataset: FlagRule = {
  type: 'text',
  becomes(value) {
    const name = String(value).replace(/^(rajpurkar|squad)\//, '')
    const found = Object.hasOwn(files, name) ? files[name as keyof typeof files] : undefined
    if (!found)
      return {
        unsupported:
          'of the Hub only `squad` and `squad_v2` are known; give files: `--train_file`, `--validation_file`',
      }
    return { settings: { 'vars.train_file': found[0], 'vars.dev_file': found[1] }, note: 'the official files' }
  },
}

/** A file of questions; `.csv` is another form. */
export const dataFile = (setting: string, folder: (given: Given) => string = () => ''): FlagRule => ({
  type: 'text',
  becomes(value, given) {
    if (/\.csv$/.test(String(value))) return { unsupported: "files are SQuAD's JSON here" }
    return { settings: { [setting]: given.path(`${folder(given)}${value}`) } }
  },
})

export const outputDir: FlagRule = {
  type: 'text',
  becomes(value, given) {
    const remote = /^[a-z0-9]+:\/\//.test(String(value))
    const path = remote ? './out' : given.path(String(value))
    const trains = given.value('do_train') === true
    const predicts = given.value('do_eval') === true || given.value('do_predict') === true
    const settings = {
      ...(trains && { 'save.output_dir': path }),
      ...(predicts && { 'predict.output_dir': trains ? `${path}_predictions` : path }),
    }
    return remote ? { unsupported: 'a folder of this machine takes its place: ./out', settings } : { settings }
  },
}

/** Epochs are whole here. */
export const epochs = (note?: string): FlagRule => ({
  type: 'number',
  default: 3,
  becomes(value): Outcome {
    const whole = Math.max(1, Math.ceil(Number(value)))
    const settings = { 'train.num_train_epochs': whole }
    if (whole !== value) return { unsupported: `epochs are whole here: ${whole} in its place`, settings }
    return { settings, ...(note !== undefined && { note }) }
  },
})

export const versionTwo: FlagRule = {
  type: 'switch',
  default: false,
  becomes: value => ({ settings: { 'read.version_2_with_negative': value } }),
}

export const decodingFlags: Rules = {
  version_2_with_negative: versionTwo,
  null_score_diff_threshold: to('predict.null_score_diff_threshold', 'number', 0),
  n_best_size: to('predict.n_best_size', 'integer', 20),
  max_answer_length: to('predict.max_answer_length', 'integer', 30),
}

/** Flags of what Python's libraries do beside the training, by what there is to say of them. */
const WHERE = 'one process trains here'
const BITS = 'weights and activations have 32 bits here'
const HUB = 'nothing is uploaded here: `save` writes a folder, which `huggingface-cli upload` takes'
const MEMORY = 'activations are kept here: a smaller `train_batch_size` needs less memory'

const text = 'text'
export const aside: Rules = {
  ...each(
    nothing(text, WHERE),
    ...['local_rank', 'ddp_backend', 'ddp_timeout', 'ddp_bucket_cap_mb', 'ddp_find_unused_parameters', '_n_gpu'],
    ...['ddp_broadcast_buffers', 'ddp_static_graph', 'average_tokens_across_devices', 'save_on_each_node', 'ray_scope'],
    ...['dispatch_batches', 'split_batches', 'eval_use_gather_object', 'log_on_each_node'],
  ),
  ...each(
    unsupported(text, WHERE),
    ...['deepspeed', 'fsdp', 'fsdp_config', 'fsdp_min_num_params', 'fsdp_transformer_layer_cls_to_wrap', 'sharded_ddp'],
    ...['accelerator_config', 'parallelism_config', 'mp_parameters', 'tpu_num_cores', 'tpu_metrics_debug'],
  ),
  ...each(unsupported('switch', BITS), 'fp16', 'bf16', 'fp16_full_eval', 'bf16_full_eval'),
  ...each(unsupported(text, BITS), 'fp16_opt_level', 'fp16_backend', 'half_precision_backend', 'tf32'),
  ...each(
    nothing(text, 'every run goes on from its newest checkpoint'),
    ...[
      'resume_from_checkpoint',
      'ignore_data_skip',
      'restore_callback_states_from_checkpoint',
      'enable_jit_checkpoint',
    ],
  ),
  ...each(unsupported('switch', HUB), 'push_to_hub', 'hub_private_repo', 'hub_always_push'),
  ...each(
    unsupported(text, HUB),
    ...['hub_model_id', 'hub_strategy', 'hub_token', 'hub_revision'],
    ...['push_to_hub_model_id', 'push_to_hub_organization', 'push_to_hub_token'],
  ),
  ...each(
    nothing(text, 'the run shows its progress'),
    ...['log_level', 'log_level_replica', 'disable_tqdm', 'verbose_logging', 'logging_first_step', 'logging_strategy'],
    ...['run_name', 'include_tokens_per_second', 'include_num_input_tokens_seen', 'debug', 'project'],
    ...['trackio_space_id', 'trackio_bucket_id', 'trackio_static_space_id'],
  ),
  ...each(
    nothing(text, 'the scores are the same however they are gathered'),
    ...['eval_accumulation_steps', 'eval_do_concat_batches', 'include_inputs_for_metrics', 'include_for_metrics'],
    ...['batch_eval_metrics', 'use_legacy_prediction_loop'],
  ),
  ...each(
    nothing(text, 'windows lie in memory as columns: nothing loads them'),
    ...['dataloader_num_workers', 'dataloader_prefetch_factor', 'dataloader_pin_memory', 'dataloader_in_order'],
    ...['dataloader_persistent_workers', 'dataloader_multiprocessing_context', 'remove_unused_columns', 'label_names'],
  ),
  ...each(
    nothing(text, 'a setting of PyTorch alone'),
    ...['torch_compile', 'torch_compile_backend', 'torch_compile_mode', 'torchdynamo', 'torch_empty_cache_steps'],
    ...['skip_memory_metrics', 'use_liger_kernel', 'liger_kernel_config', 'use_cache', 'jit_mode_eval', 'use_ipex'],
    ...['gradient_checkpointing_kwargs', 'activation_checkpointing_kwargs', 'server_ip', 'server_port'],
  ),
  ...each(unsupported('switch', MEMORY), 'gradient_checkpointing', 'activation_checkpointing'),
  ...each(unsupported('switch', 'evaluations begin after the first `eval_steps`'), 'eval_on_start'),
  eval_delay: only('number', [0], 'evaluations begin after the first `eval_steps`'),
  prediction_loss_only: unsupported('switch', 'answers are scored here, not the loss'),
  logging_nan_inf_filter: nothing(text, 'an infinite or undefined loss ends the training here'),
  auto_find_batch_size: unsupported('switch', 'a batch size is not looked for here'),
  dataloader_drop_last: unsupported('switch', 'the last batch is kept here, however small'),
  label_smoothing_factor: only('number', [0], 'labels are not smoothed here'),
  neftune_noise_alpha: unsupported('number', 'no noise is added here'),
  optim_target_modules: unsupported(text, 'all weights are trained here'),
  full_determinism: nothing('switch', 'the same seed gives the same bytes here'),
  data_seed: unsupported('integer', 'one seed decides both here: `train.seed`'),
}

// A model folder in Hugging Face form: the names of its files, and what is wrong with one before it is read.
import { join } from 'node:path'
import type { Probe, Problem } from '../plugin/stage.ts'
import type { ModelConfig, Network } from './network.types.ts'
import { networks } from './networks.ts'

export const CONFIG = 'config.json'
export const WEIGHTS = 'model.safetensors'
export const VOCAB = 'vocab.txt'
export const TOKENIZER_CONFIG = 'tokenizer_config.json'

/** A network that was chosen by its configuration, which it can compute with. */
export interface Described {
  readonly network: Network
  readonly config: ModelConfig
}

type Findings = readonly Omit<Problem, 'at' | 'severity'>[]

/**
 * What a model folder's `config.json` describes, or everything that is wrong with it.
 * @param folder where it stands, for messages
 * @param text the file's content; `undefined` where there is no such file
 */
export function describeModel(folder: string, text: string | undefined): Described | { readonly problems: Findings } {
  const file = join(folder, CONFIG)
  const problem = (code: string, message: string, hint: string) => ({ problems: [{ code, message, hint }] })
  if (text === undefined)
    return problem(
      'model-config',
      `Expected a model folder in Hugging Face form; there is no ${file}.`,
      'Name a folder that holds `config.json` and `model.safetensors`.',
    )
  const config = jsonObject(text)
  if (typeof config === 'string')
    return problem('model-config', `Expected a JSON object in ${file}; ${config}.`, 'Download the file again.')
  const type = config.model_type
  const network = typeof type === 'string' && Object.hasOwn(networks, type) ? networks[type] : undefined
  if (!network)
    return problem(
      'model-type',
      `\`model_type\` in ${file}: expected ${choices(Object.keys(networks))}, found ${type === undefined ? 'nothing' : JSON.stringify(type)}.`,
      'Only the listed networks can be trained.',
    )
  const wrong = network.check(config)
  if (wrong.length === 0) return { network, config }
  return {
    problems: wrong.map(({ message }) => ({
      code: 'model-config',
      message: `${message}, in ${file}.`,
      hint: 'Choose a model whose configuration is supported.',
    })),
  }
}

/** What is wrong with the weights file of a model folder, judged by the names in it; `undefined` where it has one. */
export function missingWeights(folder: string, names: readonly string[]): Findings[number] | undefined {
  if (names.includes(WEIGHTS)) return undefined
  const message = `Expected ${WEIGHTS} in ${folder}; `
  if (names.includes(`${WEIGHTS}.index.json`))
    return {
      code: 'weights-sharded',
      message: `${message}found weights that are split over several files (${WEIGHTS}.index.json).`,
      hint: `Join them: ${joining(folder)}`,
    }
  const pickle = names.find(name => /\.(bin|pt|pth|ckpt)$/.test(name))
  if (pickle)
    return {
      code: 'weights-pickle',
      message: `${message}found a PyTorch pickle, ${pickle}.`,
      hint: `Convert it: ${conversion(join(folder, pickle))}`,
    }
  return {
    code: 'weights-missing',
    message: `${message}found ${names.length === 0 ? 'an empty folder' : choices(names.slice(0, 8), 'and')}.`,
    hint: 'Download the file, or set `init: random` to train from nothing.',
  }
}

/** What is wrong with a model folder, found before anything runs. */
export function checkModelFolder(
  folder: string,
  init: 'pretrained' | 'random',
  probe: Probe,
): Described | { readonly problems: Findings } {
  const kind = probe.kind(folder)
  if (kind !== 'folder')
    return {
      problems: [
        {
          code: 'model-folder',
          message: `Expected a model folder in Hugging Face form; ${folder} ${kind === 'absent' ? 'does not exist' : 'is not a folder'}.`,
          hint: 'Name a folder that holds `config.json` and `model.safetensors`.',
        },
      ],
    }
  const described = describeModel(folder, probe.text(join(folder, CONFIG)))
  const weights = init === 'pretrained' ? missingWeights(folder, probe.list(folder)) : undefined
  if (!weights) return described
  return { problems: [...('problems' in described ? described.problems : []), weights] }
}

/** The command that puts weights in parts together. */
const joining = (folder: string) =>
  [
    'python -c "import glob; from safetensors.torch import load_file, save_file;',
    `w = {k: v for f in glob.glob('${join(folder, 'model-*.safetensors')}') for k, v in load_file(f).items()};`,
    `save_file(w, '${join(folder, WEIGHTS)}', {'format': 'pt'})"`,
  ].join(' ')

/** The command that turns a PyTorch pickle into the safetensors file beside it; tied tensors are written apart. */
const conversion = (pickle: string) =>
  [
    'python -c "import torch; from safetensors.torch import save_file;',
    `w = torch.load('${pickle}', map_location='cpu', weights_only=True);`,
    `save_file({k: v.clone().contiguous() for k, v in w.items()}, '${join(pickle, '..', WEIGHTS)}', {'format': 'pt'})"`,
  ].join(' ')

function jsonObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    return `found ${Array.isArray(value) ? 'a list' : JSON.stringify(value)}`
  } catch {
    return 'found something that is not JSON'
  }
}

const choices = (names: readonly string[], word = 'or') =>
  names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`

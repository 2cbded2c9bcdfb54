// What is wrong with a model folder in Hugging Face form before it is read.
import { join } from 'node:path'
import type { Probe, Problem } from '../plugin/stage.ts'
import { CONFIG, WEIGHTS } from './file-names.ts'
import type { ModelConfig, Network } from './network.types.ts'
import { networks } from './networks.ts'
import { otherWeights } from './other-weights.ts'

/** A network that was chosen by its configuration, which it can compute with. */
export interface Described {
  readonly network: Network
  readonly config: ModelConfig
  /** Where the configuration stands, for messages. */
  readonly file: string
}

type Finding = Omit<Problem, 'at' | 'severity'>

/**
 * What a model's `config.json` describes, or everything that is wrong with it.
 * @param file where it stands, for messages
 * @param text the file's content; `undefined` where there is no such file
 */
export function describeModel(
  file: string,
  text: string | undefined,
): Described | { readonly problems: readonly Finding[] } {
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
  if (wrong.length === 0) return { network, config, file }
  return {
    problems: wrong.map(({ message }) => ({
      code: 'model-config',
      message: `${message}, in ${file}.`,
      hint: 'Choose a model whose configuration is supported.',
    })),
  }
}

/** What is wrong with the weights file of a model folder, judged by the names in it; `undefined` where it has one. */
export function missingWeights(folder: string, names: readonly string[]): Finding | undefined {
  if (names.includes(WEIGHTS)) return undefined
  const message = `Expected ${WEIGHTS} in ${folder}; `
  const other = otherWeights(folder, names)
  if (other) return { code: other.code, message: `${message}found ${other.found}.`, hint: other.hint }
  return {
    code: 'weights-missing',
    message: `${message}found ${names.length === 0 ? 'an empty folder' : choices(names.slice(0, 8), 'and')}.`,
    hint: 'Download the file, or set `init: random` to train from nothing.',
  }
}

/** Where a model comes from, as stages are configured. */
export interface ModelSource {
  readonly model: string
  /** In place of the folder's own `config.json`: such a file, or a folder with one. */
  readonly config?: string
  readonly init?: 'pretrained' | 'random'
}

/** The configuration's file. @param isFolder whether `config` is one */
export const configFile = ({ model, config }: ModelSource, isFolder: (path: string) => boolean): string =>
  config === undefined || isFolder(config) ? join(config ?? model, CONFIG) : config

/** What is wrong with a model, found before anything runs; `at` as `ModelSource` names its fields. */
export function checkModelFolder(
  source: ModelSource,
  probe: Probe,
): Described | { readonly problems: readonly Problem[] } {
  const { model: folder, init = 'pretrained' } = source
  const kind = probe.kind(folder)
  if (kind !== 'folder')
    return {
      problems: [
        {
          code: 'model-folder',
          at: '/model',
          message: `Expected a model folder in Hugging Face form; ${folder} ${kind === 'absent' ? 'does not exist' : 'is not a folder'}.`,
          hint: 'Name a folder that holds `config.json` and `model.safetensors`.',
        },
      ],
    }
  const file = configFile(source, path => probe.kind(path) === 'folder')
  const text = probe.text(file)
  const names = probe.list(folder)
  const problems: Problem[] = []
  const described = describeModel(file, text)
  const makesConfig = text === undefined && init === 'pretrained' && otherWeights(folder, names)?.makesConfig === true
  // What the conversion makes is not missing.
  if ('problems' in described && !makesConfig) {
    const at = source.config === undefined ? '/model' : '/config'
    problems.push(...described.problems.map(problem => ({ ...problem, at })))
  }
  const weights = init === 'pretrained' ? missingWeights(folder, names) : undefined
  if (weights) problems.push({ ...weights, at: '/model' })
  return 'problems' in described || problems.length > 0 ? { problems } : described
}

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

import { statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stageError } from '../plugin/stage-error.ts'
import { WEIGHTS } from './file-names.ts'
import { initialWeights } from './initial-weights.ts'
import type { Model, Weights } from './model.types.ts'
import { configFile, type Described, describeModel, type ModelSource, missingWeights } from './model-folder.ts'
import { type PretrainedOptions, readPretrained } from './pretrained.ts'

/** A stage's `files`: declares a file that is read, and gives its path, or `undefined` where there is none. */
export type Files = (path: string) => Promise<string | undefined>

export interface StartOptions extends PretrainedOptions {
  readonly seed: number
}

/**
 * What training starts from: the network that a configuration describes, with its weights from the model's folder or, with
 * `init: random`, from the seed alone.
 * @throws StageError `model-config`, `model-type`, `weights-…`
 */
export async function readStart(
  source: ModelSource,
  files: Files,
  options: StartOptions,
): Promise<Described & { readonly weights: Weights }> {
  const described = await readDescription(source, files)
  const { network, config } = described
  if (source.init === 'random') return { ...described, weights: initialWeights(network, config, options.seed) }
  return { ...described, weights: await readPretrained(described, await weightsFile(source.model, files), options) }
}

/**
 * What computes of a model folder in Hugging Face form, such as `save` writes; the head must be there. Its tokenizer is not
 * read: windows have been made with one already.
 * @throws StageError as `readStart`
 */
export async function readModelFolder(
  folder: string,
  files: Files,
  say: (message: string) => void,
): Promise<Pick<Model, 'config' | 'weights'>> {
  const described = await readDescription({ model: folder }, files)
  const weights = await readPretrained(described, await weightsFile(folder, files), { say })
  return { config: described.config, weights }
}

async function readDescription(source: ModelSource, files: Files): Promise<Described> {
  const file = configFile(source, path => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
  const described = describeModel(file, await readIfThere(files, file))
  if ('problems' in described) throw stageError(described.problems[0]!)
  return described
}

async function weightsFile(folder: string, files: Files): Promise<string> {
  const file = await files(join(folder, WEIGHTS))
  if (file !== undefined) return file
  throw stageError(missingWeights(folder, await readdir(folder))!)
}

const readIfThere = async (files: Files, path: string): Promise<string | undefined> => {
  const file = await files(path)
  return file === undefined ? undefined : readFile(file, 'utf8')
}

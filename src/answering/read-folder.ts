import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TOKENIZER_CONFIG, VOCAB } from '../model/file-names.ts'
import type { Model } from '../model/model.types.ts'
import { networkOf } from '../model/networks.ts'
import { readModelFolder } from '../model/read-model.ts'
import { stageError } from '../plugin/stage-error.ts'
import { readText } from '../squad/read-text.ts'
import { declaredCase } from '../squad/tokenizer-config.ts'
import { isCased, parseVocabulary, type Vocabulary, vocabularyMistake } from '../squad/vocabulary.ts'

/** All that a model folder holds: what computes, and what cuts text into pieces. */
export interface ReadModel extends Pick<Model, 'config' | 'weights'> {
  readonly vocabulary: Vocabulary
  readonly do_lower_case: boolean
  /** The longest row that it can take. */
  readonly positions: number
}

/**
 * Reads a folder in Hugging Face form, such as `save` writes: of a model that has been trained for question answering.
 * @throws stageError
 */
export async function readFolder(folder: string, do_lower_case?: boolean): Promise<ReadModel> {
  const files = async (path: string) => (existsSync(path) ? path : undefined)
  const { config, weights } = await readModelFolder(folder, files, () => {})
  const limits = networkOf(config).limits(config)
  const vocabulary = await readVocabulary(join(folder, VOCAB), limits.vocabulary)
  const cased = do_lower_case ?? (await readCase(join(folder, TOKENIZER_CONFIG), vocabulary))
  return { config, weights, vocabulary, do_lower_case: cased, positions: limits.length }
}

async function readVocabulary(file: string, most: number): Promise<Vocabulary> {
  if (!existsSync(file)) throw stageError({ code: 'no-file', message: 'There is no such file.', file })
  const vocabulary = parseVocabulary(await readText(file))
  const lacks = vocabularyMistake(vocabulary)
  if (lacks !== undefined) throw stageError({ code: 'missing-tokens', message: lacks, file })
  const size = vocabulary.tokens.length
  if (size > most)
    throw stageError({
      code: 'vocabulary-too-large',
      message: `The vocabulary has ${size} tokens, but the model knows only ${most}.`,
      file,
      hint: 'Use the vocabulary that belongs to the model.',
    })
  return vocabulary
}

async function readCase(file: string, vocabulary: Vocabulary): Promise<boolean> {
  const { do_lower_case, mistake } = declaredCase(existsSync(file) ? await readText(file) : undefined)
  if (mistake !== undefined) throw stageError({ code: 'bad-tokenizer-config', message: mistake, file })
  if (do_lower_case !== undefined) return do_lower_case
  throw stageError({
    code: 'do-lower-case-unknown',
    message: `Expected \`do_lower_case\` in the model's tokenizer_config.json (looked for ${file}).`,
    hint: `Say whether text is put into lower case: \`--do-lower-case ${!isCased(vocabulary)}\` (the vocabulary looks ${isCased(vocabulary) ? 'cased' : 'uncased'}).`,
  })
}

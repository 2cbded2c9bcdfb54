import type { Fact, Problem } from '../plugin/stage.ts'
import type { Described } from './model-folder.ts'

type Facts = Readonly<Record<string, Fact>>

/** What a model can take, and where that is said, for messages. */
export interface Limits {
  readonly positions: { readonly value: number; readonly where: string }
  readonly vocabulary: { readonly value: number; readonly where: string }
}

/** The limits of a described model. */
export function limitsOf({ network, config, file }: Described): Limits {
  const { length, vocabulary } = network.limits(config)
  const where = (field: string) => `\`${field}\` in ${file}`
  return {
    positions: { value: length, where: where(network.limitFields.length) },
    vocabulary: { value: vocabulary, where: where(network.limitFields.vocabulary) },
  }
}

/** The same as facts that a stage declares about the model that it will make. */
export const limitFacts = ({ positions, vocabulary }: Limits) => ({
  model_positions: positions.value,
  model_vocab_size: vocabulary.value,
})

/** The limits of a model that an earlier stage makes; `undefined` where it has not declared them. */
export function limitsFrom({ model_positions, model_vocab_size }: Facts): Limits | undefined {
  if (!model_positions || !model_vocab_size) return undefined
  const limit = ({ value, stage, where }: Fact) => ({
    value: Number(value),
    where: `the model of stage \`${stage}\`, ${where}`,
  })
  return { positions: limit(model_positions), vocabulary: limit(model_vocab_size) }
}

/**
 * Where what is known of the windows before anything runs exceeds what a model can take.
 * @param facts of the port that brings the windows: `max_seq_length` and `vocab_size`, as far as they are known
 */
export function checkLimits(
  { max_seq_length, vocab_size }: Facts,
  { positions, vocabulary }: Limits,
): Omit<Problem, 'at'>[] {
  const problems: Omit<Problem, 'at'>[] = []
  if (max_seq_length && Number(max_seq_length.value) > positions.value)
    problems.push({
      code: 'windows-too-long',
      message: `\`max_seq_length\` is ${max_seq_length.value} (stage \`${max_seq_length.stage}\`, ${max_seq_length.where}), but the model has only ${positions.value} positions (${positions.where}).`,
      hint: `Set \`max_seq_length\` to at most ${positions.value}.`,
    })
  if (vocab_size && Number(vocab_size.value) > vocabulary.value)
    problems.push({
      code: 'vocabulary-too-large',
      message: `The vocabulary has ${vocab_size.value} tokens (stage \`${vocab_size.stage}\`, ${vocab_size.where}), but the model knows only ${vocabulary.value} (${vocabulary.where}).`,
      hint: 'Use the vocabulary that belongs to the model.',
    })
  return problems
}

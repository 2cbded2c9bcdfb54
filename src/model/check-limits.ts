import { join } from 'node:path'
import type { Fact, Problem } from '../plugin/stage.ts'
import { CONFIG, type Described } from './model-folder.ts'

/**
 * Where what is known of the windows before anything runs exceeds what the model of a folder can take.
 * @param facts of the port that brings the windows: `max_seq_length` and `vocab_size`, as far as they are known
 */
export function checkLimits(
  { max_seq_length, vocab_size }: Readonly<Record<string, Fact>>,
  { network, config }: Described,
  folder: string,
): Omit<Problem, 'at'>[] {
  const { length, vocabulary } = network.limits(config)
  const file = join(folder, CONFIG)
  const problems: Omit<Problem, 'at'>[] = []
  if (max_seq_length && Number(max_seq_length.value) > length)
    problems.push({
      code: 'windows-too-long',
      message: `\`max_seq_length\` is ${max_seq_length.value} (stage \`${max_seq_length.stage}\`, ${max_seq_length.where}), but the model has only ${length} positions (\`${network.limitFields.length}\` in ${file}).`,
      hint: `Set \`max_seq_length\` to at most ${length}.`,
    })
  if (vocab_size && Number(vocab_size.value) > vocabulary)
    problems.push({
      code: 'vocabulary-too-large',
      message: `The vocabulary has ${vocab_size.value} tokens (stage \`${vocab_size.stage}\`, ${vocab_size.where}), but the model knows only ${vocabulary} (\`${network.limitFields.vocabulary}\` in ${file}).`,
      hint: 'Use the vocabulary that belongs to the model.',
    })
  return problems
}

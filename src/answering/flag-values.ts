import type { CommandContext } from '../plugin/stage-command.ts'
import { stageError } from '../plugin/stage-error.ts'
import { checkEngine, engineInKey, plannedEngine } from '../tensor/engine-of-stage.ts'
import type { ReaderSettings } from './answering.types.ts'

/** The settings of a reader that flags give. */
export function readerSettings({ flags, probe }: Pick<CommandContext, 'flags' | 'probe'>): ReaderSettings {
  const integer = (flag: string, least = 1) => integerOf(flags, flag, least)
  const engine = {
    engine: choiceOf(flags, 'engine', ['auto', 'onnx', 'tensorflow', 'reference']) ?? 'auto',
    device: choiceOf(flags, 'device', ['auto', 'cpu', 'cuda']) ?? 'auto',
  }
  const problem = checkEngine(engine, probe).find(({ severity }) => severity !== 'warning')
  if (problem) throw stageError(problem)
  const null_score_diff_threshold = numberOf(flags, 'null-score-diff-threshold')
  return {
    max_seq_length: integer('max-seq-length', 5),
    doc_stride: integer('doc-stride'),
    max_query_length: integer('max-query-length', 0),
    n_best_size: integer('n-best-size'),
    max_answer_length: integer('max-answer-length'),
    version_2_with_negative: 'version-2-with-negative' in flags || null_score_diff_threshold !== undefined,
    null_score_diff_threshold,
    batch_size: integer('batch-size'),
    do_lower_case: booleanOf(flags, 'do-lower-case'),
    engine: plannedEngine(engine, engineInKey(engine, probe), probe.package),
    threads: integer('threads'),
  }
}

type Flags = CommandContext['flags']

/** A text that a flag gives. */
export const textOf = (flags: Flags, flag: string): string | undefined => {
  const value = flags[flag]
  return value === true ? undefined : value
}

export const integerOf = (flags: Flags, flag: string, least: number): number | undefined => {
  const text = textOf(flags, flag)
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
  throw wrong(flag, `an integer of at least ${least}`, text)
}

const numberOf = (flags: Flags, flag: string): number | undefined => {
  const text = textOf(flags, flag)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw wrong(flag, 'a number', text)
}

const choiceOf = <const T extends string>(flags: Flags, flag: string, choices: readonly T[]): T | undefined => {
  const text = textOf(flags, flag)
  const found = choices.find(each => each === text)
  if (text === undefined || found !== undefined) return found
  throw wrong(flag, `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`, text)
}

const booleanOf = (flags: Flags, flag: string): boolean | undefined => {
  const text = choiceOf(flags, flag, ['true', 'false'])
  return text === undefined ? undefined : text === 'true'
}

const wrong = (flag: string, expected: string, found: string) =>
  stageError({ code: 'flag-value', message: `--${flag} needs ${expected}; found \`${found}\`.` })

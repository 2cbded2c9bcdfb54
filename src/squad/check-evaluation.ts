import type { Fact, Problem } from '../plugin/stage.ts'
import { type StageProblem, stageError } from '../plugin/stage-error.ts'
import { otherToken } from './compare-vocabularies.ts'
import type { Examples } from './examples.ts'
import { expectSameQuestions } from './same-questions.ts'
import { expectAnswers } from './score-predictions.ts'
import type { TokenizerSettings } from './training-set.types.ts'
import type { Windows } from './windows.ts'

/** The parameters of a training that evaluates, as far as they are checked. */
interface Settings {
  readonly evaluate_during_training: boolean
  readonly load_best_model_at_end: boolean
  readonly eval_steps?: number | undefined
  readonly max_steps: number
}

/** Facts of the connected inputs by port. */
type Inputs = Readonly<Record<'eval_windows' | 'eval_examples', Readonly<Record<string, Fact>> | undefined>>

/** What is wrong with an evaluation during training, as far as it is known before anything runs. */
export function checkEvaluation(config: Settings, inputs: Inputs): Problem[] {
  const problems: Problem[] = []
  const connected = Object.values(inputs).some(input => input !== undefined)
  const { evaluate_during_training: evaluates, load_best_model_at_end, eval_steps, max_steps } = config
  const lack = evaluates && lackOf(inputs)
  if (lack) problems.push({ ...lack, at: '/evaluate_during_training' })
  if (!evaluates && connected)
    problems.push({
      severity: 'warning',
      code: 'unused-inputs',
      message: `Nothing is evaluated during training, but ${names.filter(name => inputs[name]).join(' and ')} ${lackOf(inputs) ? 'is' : 'are'} connected: a change of theirs would train anew for nothing.`,
      hint: 'Set `evaluate_during_training: true`, or take them out of `from`.',
    })
  if (!evaluates && load_best_model_at_end)
    problems.push({
      code: 'no-evaluation',
      at: '/load_best_model_at_end',
      message: 'Expected `evaluate_during_training: true`, without which no step is the best; found false.',
      hint: 'Set it, or leave `load_best_model_at_end` out.',
    })
  const purpose = inputs.eval_windows?.for
  if (purpose && purpose.value !== 'evaluation')
    problems.push({
      code: 'not-for-evaluation',
      message: `Expected \`eval_windows\` that are for evaluation; the stage \`${purpose.stage}\` (${purpose.where}) reads its file for ${purpose.value}.`,
      hint: 'Read the file to evaluate on with `for: evaluation`, and name its windows in `from: { eval_windows: … }`.',
    })
  if (evaluates && eval_steps !== undefined && max_steps > 0 && eval_steps > max_steps)
    problems.push({
      severity: 'warning',
      code: 'eval-steps',
      at: '/eval_steps',
      message: onlyAtTheEnd(eval_steps, max_steps),
    })
  return problems
}

/** What to say where there are fewer steps than from one evaluation to the next. */
export const onlyAtTheEnd = (evalSteps: number, steps: number): string =>
  `\`eval_steps\` is ${evalSteps}, but there are only ${steps} steps: the one evaluation is at the end.`

/**
 * The windows and examples that a training is evaluated on, found to belong together before it starts.
 * @throws stageError
 */
export function expectEvaluation(
  inputs: { readonly eval_windows: Windows | undefined; readonly eval_examples: Examples | undefined },
  { vocab }: TokenizerSettings,
): { readonly windows: Windows; readonly examples: Examples } {
  const { eval_windows: windows, eval_examples: examples } = inputs
  if (!windows || !examples) throw stageError(lackOf(inputs)!)
  expectSameQuestions(windows, examples)
  expectAnswers(examples)
  const other = otherToken(windows.tokenizer.vocab, vocab, 'the training set')
  if (other !== undefined)
    throw stageError({
      code: 'other-vocabulary',
      message: `Expected \`eval_windows\` made with the vocabulary of the training set; ${other}.`,
      hint: 'Give both `tokenize` stages the same vocabulary.',
    })
  return { windows, examples }
}

const names = ['eval_windows', 'eval_examples'] as const

function lackOf(inputs: Readonly<Record<(typeof names)[number], unknown>>): StageProblem | undefined {
  const missing = names.filter(name => inputs[name] === undefined)
  if (missing.length === 0) return undefined
  const found = missing.length === 2 ? 'neither' : `no \`${missing[0]}\``
  return {
    code: 'no-evaluation-data',
    message: `Expected windows and examples to evaluate on; found ${found}.`,
    hint: 'Name the stages that they come from, such as `from: { eval_windows: span-dev, eval_examples: read-dev }`.',
  }
}

import type { ExampleSettings, Examples } from './examples.ts'
import { intList, push, toArray } from './int-list.ts'
import { locateAnswer, type PreparedContext, prepareContext } from './locate-answer.ts'
import { faultsError, faultsOf, note } from './question-faults.ts'
import { answerTexts, isImpossible, onlyAnswer } from './question-rules.ts'
import { text, type Where } from './squad-shape.ts'
import { walkSquad } from './walk-squad.ts'

/** The examples of a file, and the ids of the questions that are left out because their words do not hold the answer. */
export interface ReadExamples {
  readonly examples: Examples
  readonly skipped: readonly string[]
}

/**
 * Reads the parsed content of a SQuAD file (v1.1, or v2.0 where `version_2_with_negative`).
 *
 * In training each question gets the words of its one answer; in evaluation all answers are kept, for scoring, and
 * offsets are not read.
 *
 * @throws stageError at the first thing of a wrong shape, else one that counts all questions which break a rule.
 */
export function readExamples(json: unknown, settings: ExampleSettings, file: string): ReadExamples {
  const training = settings.for === 'training'
  const where: Where = { file }
  const faults = faultsOf(file)
  const seen = new Set<string>()
  const skipped: string[] = []
  const contexts: string[] = []
  const ids: string[] = []
  const questions: string[] = []
  const answers: string[][] = []
  const columns = { context: intList(), start_word: intList(), end_word: intList(), is_impossible: intList() }
  const bounds = intList()
  let prepared: PreparedContext | undefined

  walkSquad(json, where, (context, qa) => {
    const id = where.id!
    if (seen.has(id)) note(faults, 'repeated-id', where)
    seen.add(id)
    const question = text(qa, 'question', where)
    const impossible = isImpossible(qa, settings, faults, where)

    let accepted: string[] = []
    let words = noWords
    if (!training) accepted = answerTexts(qa, where)
    else if (!impossible) {
      if (prepared?.context !== context) prepared = prepareContext(context, bounds)
      const answer = onlyAnswer(qa, prepared.points.length, settings, faults, where)
      if (answer === undefined) return
      const located = locateAnswer(prepared, answer.text, answer.start)
      if (located === undefined) {
        skipped.push(id)
        return
      }
      accepted = [answer.text]
      words = located
    }

    if (contexts.at(-1) !== context) contexts.push(context)
    ids.push(id)
    questions.push(question)
    answers.push(accepted)
    push(columns.context, contexts.length - 1)
    push(columns.start_word, words.start_word)
    push(columns.end_word, words.end_word)
    push(columns.is_impossible, impossible ? 1 : 0)
  })

  const error = faultsError(faults)
  if (error) throw error
  return {
    examples: {
      for: settings.for,
      version_2_with_negative: settings.version_2_with_negative,
      contexts,
      ids,
      questions,
      answers,
      context: toArray(columns.context),
      start_word: toArray(columns.start_word),
      end_word: toArray(columns.end_word),
      is_impossible: Uint8Array.from(toArray(columns.is_impossible)),
    },
    skipped,
  }
}

const noWords = { start_word: -1, end_word: -1 }

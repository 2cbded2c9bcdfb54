import { count } from '../plugin/few.ts'
import type { ExampleSettings } from './examples.ts'
import { type Faults, note } from './question-faults.ts'
import { type Fields, flag, list, number, object, text, type Where } from './squad-shape.ts'

/** An answer as it stands in the file. `start` counts code points. */
export interface RawAnswer {
  readonly text: string
  readonly start: number
}

const hints = {
  none: 'Questions without an answer are SQuAD v2.0: set `version_2_with_negative: true`.',
  several:
    'Several answers: this looks like dev data (dev data has several answers a question); set `for: evaluation`.',
  flag: '"is_impossible" is required with `version_2_with_negative: true`; leave that out for a v1.1 file.',
  start: '"answer_start" counts code points from 0; only `for: evaluation` reads answers without it.',
}

/** Whether the file says that a question cannot be answered; a v1.1 file has no such question. */
export function isImpossible(qa: Fields, settings: ExampleSettings, faults: Faults, where: Where): boolean {
  const impossible = flag(qa, 'is_impossible', where)
  if (!settings.version_2_with_negative) {
    // In training such a question has no answer, which is noted as that.
    if (impossible === true && settings.for === 'evaluation') note(faults, 'impossible', where, '', hints.none)
    return false
  }
  if (impossible === undefined && settings.for === 'training') note(faults, 'no-flag', where, '', hints.flag)
  return impossible === true
}

/** All answers of a question, for scoring. */
export function answerTexts(qa: Fields, where: Where): string[] {
  if (qa.answers === undefined) return []
  return list(qa, 'answers', where).map((answer, index) => {
    where.answer = index
    const found = text(object(answer, where), 'text', where)
    where.answer = undefined
    return found
  })
}

/**
 * The one answer that a question to be trained on must have; `undefined` where it breaks a rule, which is noted.
 *
 * @param length of the context in code points.
 */
export function onlyAnswer(
  qa: Fields,
  length: number,
  settings: ExampleSettings,
  faults: Faults,
  where: Where,
): RawAnswer | undefined {
  const answers = list(qa, 'answers', where)
  if (answers.length !== 1) {
    const hint = answers.length > 0 ? hints.several : settings.version_2_with_negative ? undefined : hints.none
    note(faults, 'answer-count', where, count(answers.length, 'answer'), hint)
    return undefined
  }
  where.answer = 0
  const answer = object(answers[0], where)
  const found = { text: text(answer, 'text', where), start: number(answer, 'answer_start', where) }
  where.answer = undefined

  const starts = Number.isInteger(found.start) && found.start >= 0 && found.start < length
  if (!starts) note(faults, 'answer-start', where, `${found.start} of ${count(length, 'character')}`, hints.start)
  if (found.text === '') note(faults, 'empty-answer', where)
  return starts && found.text !== '' ? found : undefined
}

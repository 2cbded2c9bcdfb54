import { SHOWN_CANDIDATES } from '../squad/trace/trace-text.ts'
import type { Summary } from './page-data.ts'
import { candidateColumns, questionColumns, type Shown } from './question-columns.ts'
import { scattered } from './scattered.ts'
import { wayColumns } from './way-columns.ts'
import { block, writePage } from './write-page.ts'

/** A page stays below this, so that it can be sent by mail. */
export const MOST_BYTES = 2_000_000

/** Whose whole ways are told. */
type Told = 'all' | 'wrong' | 'none'

/** What a question is shown with: the first of these that there is room for. */
interface Level {
  readonly candidates: number
  readonly told: Told
}
const levels = (told: Told, ...candidates: readonly number[]): Level[] =>
  candidates.map(candidates => ({ candidates, told }))
const LEVELS = [...levels('all', 20, 15, 10, 8, 6, 5, 4), ...levels('wrong', 4, 3, 2, 1), ...levels('none', 1)]
const LEVELS_WITHOUT_WAYS = levels('none', 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)

/**
 * A page with as much in it as there is room for: all questions with their best answers and their ways through the pipeline, then
 * with fewer of these, then fewer questions, the wrong ones last to go. What was left out the page says.
 */
export function fitPage(summary: Summary, shown: Shown | undefined, most = MOST_BYTES): string {
  if (!shown) return writePage(summary.title, { summary: block(summary) })
  const order = byInterest(shown)
  const total = order.length
  for (let count = total; ; count = Math.floor(count * 0.8)) {
    const indexes = order.slice(0, count).sort((a, b) => a - b)
    const questions = block(questionColumns(shown, indexes))
    const waysOf = once((told: Told, candidates: number) => waysBlock(shown, indexes, candidates, told))
    for (const { candidates, told } of levelsFor(shown)) {
      const left_out = [...summary.left_out, ...notes(shown, { total, count, candidates, told })]
      const page = writePage(summary.title, {
        summary: block({ ...summary, left_out }),
        questions,
        candidates: block(candidateColumns(shown, indexes, candidates)),
        ...waysOf(told, Math.min(candidates, SHOWN_CANDIDATES)),
      })
      if (Buffer.byteLength(page) < most || count === 0) return page
    }
  }
}

const levelsFor = ({ scores, followed }: Shown): readonly Level[] =>
  followed ? LEVELS.filter(({ told }) => scores !== undefined || told !== 'wrong') : LEVELS_WITHOUT_WAYS

function waysBlock(shown: Shown, indexes: readonly number[], candidates: number, told: Told) {
  if (!shown.followed || told === 'none') return {}
  const isLeftOut = told === 'wrong' ? isRightIn(shown) : () => false
  return { ways: block(wayColumns(shown, shown.followed, indexes, candidates, isLeftOut)) }
}

/** Remembers what came last: several pages that are tried differ in other things. */
function once<Result>(make: (told: Told, candidates: number) => Result): typeof make {
  let last: readonly [Told, number, Result] | undefined
  return (told, candidates) => {
    if (last?.[0] !== told || last[1] !== candidates) last = [told, candidates, make(told, candidates)]
    return last[2]
  }
}

const isRightIn =
  ({ scores }: Shown) =>
  (index: number): boolean =>
    scores !== undefined && scores.exact[index]! > 0

/** Wrong answers first, then the others, each in a way that takes some of every part of the set. */
function byInterest(shown: Shown): number[] {
  const indexes = shown.examples.ids.map((_, index) => index)
  const spread = [...indexes].sort((a, b) => scattered(a) - scattered(b))
  const isRight = isRightIn(shown)
  return [...spread.filter(index => !isRight(index)), ...spread.filter(isRight)]
}

interface Held extends Level {
  readonly total: number
  readonly count: number
}

function notes({ predictions, followed }: Shown, { total, count, candidates, told }: Held): string[] {
  const said: string[] = []
  const longest = [...predictions.nbest.values()].reduce((longest, list) => Math.max(longest, list.length), 0)
  const larger = `all would make this file larger than ${MOST_BYTES / 1e6} MB`
  if (count < total)
    said.push(
      `${grouped(count)} of ${grouped(total)} questions are shown one by one: ${larger}. Wrong answers were kept first. Scores are of all questions.`,
    )
  if (candidates < longest)
    said.push(`Of each question's n-best list (up to ${longest} answers) the first ${candidates} are shown: ${larger}.`)
  if (!followed) return said
  const otherwise = followed.isTold.filter(told => told === 0).length
  if (told === 'none') said.push(`No question's whole way is told: ${larger}. ${BY_COMMAND}`)
  if (told === 'wrong')
    said.push(`The whole way is told of questions that were answered wrong: ${larger}. ${BY_COMMAND}`)
  if (told !== 'none' && otherwise > 0)
    said.push(
      `Of ${grouped(otherwise)} of ${grouped(total)} questions the whole way is not told: a stage of your own cut them into pieces or windows, as this page cannot. ${BY_COMMAND}`,
    )
  return said
}

/** What shows the way of any question. */
export const BY_COMMAND = '`pipeline trace FILE --question ID` shows it.'

const grouped = (value: number) => value.toLocaleString('en')

import type { Summary } from './page-data.ts'
import { candidateColumns, questionColumns, type Shown } from './question-columns.ts'
import { block, writePage } from './write-page.ts'

/** A page stays below this, so that it can be sent by mail. */
export const MOST_BYTES = 2_000_000

/** How many candidates a question is shown with: as many of these as there is room for. */
const CANDIDATES = [20, 15, 10, 8, 6, 5, 4, 3, 2, 1]

/**
 * A page with as much in it as there is room for: all questions with their best answers, then with fewer of these, then
 * fewer questions, the wrong ones last to go. What was left out the page says.
 */
export function fitPage(summary: Summary, shown: Shown | undefined, most = MOST_BYTES): string {
  if (!shown) return writePage(summary.title, { summary: block(summary) })
  const order = byInterest(shown)
  const total = order.length
  for (let count = total; ; count = Math.floor(count * 0.8)) {
    const indexes = order.slice(0, count).sort((a, b) => a - b)
    const questions = block(questionColumns(shown, indexes))
    for (const candidates of CANDIDATES) {
      const left_out = [...summary.left_out, ...notes(shown, { total, count, candidates })]
      const blocks = {
        summary: block({ ...summary, left_out }),
        questions,
        candidates: block(candidateColumns(shown, indexes, candidates)),
      }
      const page = writePage(summary.title, blocks)
      if (Buffer.byteLength(page) < most || count === 0) return page
    }
  }
}

/** Wrong answers first, then the others, each in a way that takes some of every part of the set. */
function byInterest({ examples, scores }: Shown): number[] {
  const indexes = examples.ids.map((_, index) => index)
  const spread = [...indexes].sort((a, b) => scattered(a) - scattered(b))
  const isRight = (index: number) => scores !== undefined && scores.exact[index]! > 0
  return [...spread.filter(index => !isRight(index)), ...spread.filter(isRight)]
}

/** A number in no order (Knuth's multiplicative hash). */
const scattered = (index: number): number => Math.imul(index + 1, 2654435761) >>> 0

function notes(
  { predictions }: Shown,
  { total, count, candidates }: Readonly<Record<'total' | 'count' | 'candidates', number>>,
) {
  const said: string[] = []
  const longest = [...predictions.nbest.values()].reduce((longest, list) => Math.max(longest, list.length), 0)
  if (count < total)
    said.push(
      `${count.toLocaleString('en')} of ${total.toLocaleString('en')} questions are shown one by one: all would make this file larger than ${MOST_BYTES / 1e6} MB. Wrong answers were kept first. Scores are of all questions.`,
    )
  if (candidates < longest)
    said.push(
      `Of each question's n-best list (up to ${longest} answers) the first ${candidates} are shown: all would make this file larger than ${MOST_BYTES / 1e6} MB.`,
    )
  return said
}

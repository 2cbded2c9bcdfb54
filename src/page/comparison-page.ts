import type { ComparedRuns, ComparisonPage } from '../plugin/stage-command.ts'
import type { FlipPassages } from '../squad/compare/compare-evaluations.ts'
import type { ComparisonRecord, Flip } from '../squad/compare/comparison-record.ts'
import { MOST_BYTES } from './fit-page.ts'
import type { ComparedEvaluation, Comparison, Place } from './page-data.ts'
import { placeOf } from './place.ts'
import { scattered } from './scattered.ts'
import { block, PAGE_MARK, writePage } from './write-page.ts'

/** What `pipeline compare --html` writes. */
export const comparisonPage: ComparisonPage = { mark: PAGE_MARK, write: compared => fitComparison(compared) }

/** A page with as many of the questions that flipped as there is room for; of the others it says how many they are. */
export function fitComparison({ names, record, stages }: ComparedRuns, most = MOST_BYTES): string {
  const { parameters, numbers, times, missing } = record
  const title = `Comparison of ${names[0]} and ${names[1]}`
  for (let share = 1; ; share = share < 0.01 ? 0 : share * 0.8) {
    const evaluations = stages
      .filter(({ answers }) => answers === 'compare-evaluate')
      .map(({ stage, record, beside }) =>
        evaluationOf(stage, record as ComparisonRecord, beside as FlipPassages, share),
      )
    const comparison: Comparison = {
      names,
      record: { parameters, numbers, times, missing },
      evaluations: evaluations.map(({ evaluation }) => evaluation),
      left_out: evaluations.flatMap(({ left_out }) => left_out),
    }
    const page = writePage(title, { comparison: block(comparison) })
    if (Buffer.byteLength(page) < most || share === 0) return page
  }
}

function evaluationOf(
  stage: string,
  { right_to_wrong, wrong_to_right, ...record }: ComparisonRecord,
  { contexts, of }: FlipPassages,
  share: number,
): { readonly evaluation: ComparedEvaluation; readonly left_out: readonly string[] } {
  const all = [
    ...right_to_wrong.map(flip => ({ flip, gained: 0 })),
    ...wrong_to_right.map(flip => ({ flip, gained: 1 })),
  ]
  const kept = all.filter((_, index) => scattered(index) < share * 2 ** 32)
  const used = [...new Set(kept.map(({ flip }) => of.get(flip.id)!))]
  const flips = kept.map(({ flip }) => flip)
  const text = ({ id }: Flip) => contexts[of.get(id)!]!
  const place = (flip: Flip, answer: string | null): Place | null =>
    answer === null ? null : placeOf(answer, text(flip))
  return {
    evaluation: {
      stage,
      record,
      flips: {
        contexts: used.map(index => contexts[index]!),
        ids: flips.map(({ id }) => id),
        questions: flips.map(({ question }) => question),
        context: flips.map(({ id }) => used.indexOf(of.get(id)!)),
        gained: kept.map(({ gained }) => gained),
        answers: flips.map(flip => flip.gold.map(each => placeOf(each, text(flip)))),
        a: flips.map(flip => place(flip, flip.a.answer)),
        b: flips.map(flip => place(flip, flip.b.answer)),
        f1_a: flips.map(({ a }) => percent(a.f1)),
        f1_b: flips.map(({ b }) => percent(b.f1)),
      },
    },
    left_out:
      kept.length < all.length
        ? [
            `${stage}: ${kept.length.toLocaleString('en')} of ${all.length.toLocaleString('en')} flipped questions are shown one by one: all would make this file larger than ${MOST_BYTES / 1e6} MB. \`--json\` has all of them.`,
          ]
        : [],
  }
}

const percent = (share: number) => Number((100 * share).toFixed(1))

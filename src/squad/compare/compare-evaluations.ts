import { count } from '../../plugin/few.ts'
import type { ComparedResult, Row, Section, StageComparison, ToldOfTwo } from '../../plugin/stage-command.ts'
import type { Examples } from '../examples.ts'
import type { Predictions } from '../predictions.ts'
import { type Answered, comparePredictions } from './compare-predictions.ts'
import { ComparisonRecord, type Difference, type Flip, type Group } from './comparison-record.ts'

/** Flipped questions that are shown of each direction; all are in the record. */
const shown = 5

/** What `pipeline compare` says of two results of `evaluate`. */
export const evaluationComparison: StageComparison = {
  answers: { name: 'compare-evaluate', schema: ComparisonRecord },
  async compare(a, b) {
    const [one, two] = [await answered(a), await answered(b)]
    if (!one || !two) return undefined
    const record = comparePredictions(one, two)
    return { sections: sectionsOf(record), record, beside: passagesOf(record, one) } satisfies ToldOfTwo
  },
}

async function answered({ inputs }: ComparedResult): Promise<Answered | undefined> {
  const [examples, predictions] = await Promise.all([inputs.examples?.read?.(), inputs.predictions?.read?.()])
  if (examples === undefined || predictions === undefined) return undefined
  return { examples: examples as Examples, predictions: predictions as Predictions }
}

/** The passages of the questions that flipped, each once. */
export interface FlipPassages {
  readonly contexts: readonly string[]
  /** By question, an index into these. */
  readonly of: ReadonlyMap<string, number>
}

function passagesOf({ right_to_wrong, wrong_to_right }: ComparisonRecord, { examples }: Answered): FlipPassages {
  const flipped = new Set([...right_to_wrong, ...wrong_to_right].map(({ id }) => id))
  const indexes = new Map<number, number>()
  const of = new Map<string, number>()
  for (const [index, id] of examples.ids.entries()) {
    if (!flipped.has(id)) continue
    const context = examples.context[index]!
    indexes.set(context, indexes.get(context) ?? indexes.size)
    of.set(id, indexes.get(context)!)
  }
  return { contexts: [...indexes.keys()].map(context => examples.contexts[context]!), of }
}

const names: Readonly<Record<Group['name'], string>> = {
  all: ' in common',
  has_answer: ' with an answer',
  no_answer: ' without an answer',
}

function sectionsOf(record: ComparisonRecord): Section[] {
  const { groups, level, resamples, only_in_a, only_in_b } = record
  const [all] = groups
  if (!all || all.questions === 0)
    return [{ title: 'questions', rows: [['none', 'the two have no question with the same answers in common']] }]
  const apart = [
    ...(only_in_a > 0 ? [`${count(only_in_a, 'question')} of A alone`] : []),
    ...(only_in_b > 0 ? [`${count(only_in_b, 'question')} of B alone`] : []),
  ]
  return [
    ...groups.map(group => ({
      title: `${count(group.questions, 'question')}${names[group.name]}`,
      rows: [
        ['exact match', differenceWords(group.exact)],
        ['F1', differenceWords(group.f1)],
        ['flips', `${group.right_to_wrong} right → wrong, ${group.wrong_to_right} wrong → right`],
      ] as const,
    })),
    {
      title: 'how it was compared',
      rows: [
        ['interval', `${100 * level} %, paired bootstrap over questions, ${count(resamples, 'resample')}`],
        ...(apart.length > 0 ? [['left out', apart.join(', ')] as const] : []),
      ],
    },
    ...flipSections('right → wrong', record.right_to_wrong),
    ...flipSections('wrong → right', record.wrong_to_right),
  ]
}

/** `79.10 → 80.02  +0.92 (+0.31 to +1.55)` */
function differenceWords({ a, b, difference, low, high }: Difference): string {
  const change = `${a.toFixed(2)} → ${b.toFixed(2)}`
  if (low === 0 && high === 0) return `${change}  the same`
  const interval = `${signed(difference)} (${signed(low)} to ${signed(high)})`
  return `${change}  ${interval}${low <= 0 && high >= 0 ? ', which may be chance' : ''}`
}

const signed = (value: number): string => {
  const text = value.toFixed(2)
  return Number(text) > 0 ? `+${text}` : text.replace('-0.00', '0.00')
}

function flipSections(title: string, flips: readonly Flip[]): Section[] {
  if (flips.length === 0) return []
  const more = flips.length - shown
  return [
    ...flips
      .slice(0, shown)
      .map((flip): Section => ({ title: [`${title}: `, { style: 'strong', text: flip.id }], rows: flipRows(flip) })),
    ...(more > 0 ? [{ title: `${title}: ${count(more, 'other question')} (--json has all)`, rows: [] }] : []),
  ]
}

const flipRows = ({ question, gold, a, b }: Flip): Row[] => [
  ['question', question],
  ['right', gold.length > 0 ? gold.map(each => `“${each}”`).join(', ') : '(no answer)'],
  ['A', answerWords(a)],
  ['B', answerWords(b)],
]

const answerWords = ({ answer, f1 }: Flip['a']): string =>
  answer === null ? '(none was predicted)' : `${answer === '' ? '(no answer)' : `“${answer}”`}  F1 ${f1.toFixed(2)}`

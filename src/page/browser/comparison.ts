import { dot, link, ruleX } from '@observablehq/plot'
import type { Difference, Group } from '../../squad/compare/comparison-record.ts'
import type { ComparedEvaluation, Comparison } from '../page-data.ts'
import { chart, colours } from './chart.ts'
import { dataTable, h, section } from './elements.ts'
import { flipsSection } from './flips.ts'
import { leftOutNote } from './overview.ts'
import { count, duration, number } from './words.ts'

/** What differs between two runs: what stands above, and the sections. */
export function comparisonParts(comparison: Comparison): [above: Node[], sections: HTMLElement[]] {
  const { names, record, evaluations, left_out } = comparison
  const missing = record.missing.map(
    ({ side, stages, make }) =>
      `The results of ${stages.join(', ')} of ${side.toUpperCase()} as it is now. This makes them: ${make}`,
  )
  const above = [
    h('header', {}, h('h1', {}, 'Two runs side by side')),
    h(
      'dl',
      { class: 'answers' },
      ...names.flatMap((name, side) => [h('dt', {}, 'AB'[side]), h('dd', {}, h('code', {}, name))]),
    ),
    leftOutNote('Not in this comparison', [...missing, ...left_out]),
  ].filter(each => each instanceof Node)
  return [
    above,
    [
      ...evaluations.map(scoresSection),
      parametersSection(record),
      ...(record.numbers.length > 0 ? [numbersSection(record)] : []),
      ...(record.times.length > 0 ? [timesSection(record)] : []),
      ...evaluations.map(({ stage, flips }, index) => flipsSection(`flips-${index}`, `Flipped in ${stage}`, flips)),
    ],
  ]
}

const groupNames: Readonly<Record<Group['name'], string>> = {
  all: 'all in common',
  has_answer: 'with an answer',
  no_answer: 'without an answer',
}

function scoresSection({ stage, record }: ComparedEvaluation, index: number): HTMLElement {
  const { groups, level, resamples, only_in_a, only_in_b } = record
  const apart = [
    ...(only_in_a > 0 ? [`${count(only_in_a, 'question')} of A alone`] : []),
    ...(only_in_b > 0 ? [`${count(only_in_b, 'question')} of B alone`] : []),
  ]
  const how = `In percent. Ranges are of the difference, and hold with ${100 * level} % confidence (paired bootstrap over questions, ${resamples.toLocaleString('en')} resamples).`
  if (groups[0] === undefined || groups[0].questions === 0)
    return section(
      `scores-${index}`,
      `Scores of ${stage}`,
      h('p', {}, 'The two have no question with the same answers in common.'),
    )
  const rows = groups.flatMap(group => [rowOf(group, 'exact match', group.exact), rowOf(group, 'F1', group.f1)])
  return section(
    `scores-${index}`,
    `Scores of ${stage}`,
    h('p', { class: 'quiet' }, apart.length > 0 ? `${how} Left out: ${apart.join(', ')}.` : how),
    differencesChart(rows),
    dataTable(
      'Scores',
      ['score', 'questions', 'A', 'B', 'B less A'],
      rows.map(row => [`${row.score}, ${row.group}`, row.questions, row.a.toFixed(2), row.b.toFixed(2), inWords(row)]),
    ),
    dataTable(
      'Questions that flipped, by exact match',
      ['questions', 'right in A, wrong in B', 'wrong in A, right in B'],
      groups.map(({ name, right_to_wrong, wrong_to_right }) => [groupNames[name], right_to_wrong, wrong_to_right]),
    ),
  )
}

interface Row extends Difference {
  readonly group: string
  readonly questions: number
  readonly score: string
}

const rowOf = ({ name, questions }: Group, score: string, difference: Difference): Row => ({
  group: groupNames[name],
  questions,
  score,
  ...difference,
})

function differencesChart(rows: readonly Row[]): HTMLElement {
  const groups = [...new Set(rows.map(({ group }) => group))]
  const words = rows.map(row => `${row.score}, ${row.group}: ${inWords(row)}`).join('; ')
  return chart('B less A', `${words}. The table below says the same.`, () => ({
    height: 60 + 44 * groups.length,
    marginLeft: 130,
    x: { label: 'points', grid: true, nice: true },
    y: { label: null, axis: null, domain: ['F1', 'exact match'], padding: 0.4 },
    fy: { label: null, domain: groups, axis: 'left', padding: 0.1 },
    color: { legend: true, domain: ['F1', 'exact match'], range: [colours.first, colours.second] },
    marks: [
      ruleX([0], { stroke: colours.ink }),
      link(rows, { fy: 'group', x1: 'low', x2: 'high', y1: 'score', y2: 'score', stroke: 'score', strokeWidth: 2 }),
      dot(rows, { fy: 'group', x: 'difference', y: 'score', fill: 'score', r: 4 }),
    ],
  }))
}

/** As `pipeline compare` says it. */
function inWords({ difference, low, high }: Pick<Difference, 'difference' | 'low' | 'high'>): string {
  if (low === 0 && high === 0) return 'the same'
  return `${signed(difference)} (${signed(low)} to ${signed(high)})${low <= 0 && high >= 0 ? ', which may be chance' : ''}`
}

const signed = (value: number, text = value.toFixed(2)): string =>
  Number(text) > 0 ? `+${text}` : text.replace('-0.00', '0.00')

function parametersSection({ parameters }: Comparison['record']): HTMLElement {
  const only = (side: 'A' | 'B') => `only in ${side}`
  const rows = parameters.map(({ stage, name, ...values }) => {
    if (name === '') return [stage, 'a' in values ? only('A') : '–', 'b' in values ? only('B') : '–']
    return [`${stage}${name.replaceAll('/', '.')}`, written(values.a), written(values.b)]
  })
  return section(
    'parameters',
    'Parameters that differ',
    rows.length === 0 ? h('p', {}, 'All are alike.') : dataTable('Parameters', ['parameter', 'A', 'B'], rows),
  )
}

const written = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

const numbersSection = ({ numbers }: Comparison['record']): HTMLElement =>
  section(
    'numbers',
    'Numbers',
    dataTable(
      'What stages report',
      ['number', 'A', 'B', 'B less A'],
      numbers.map(({ stage, name, a, b, difference }) => [
        `${stage}.${name}`,
        a === undefined ? '–' : number(a),
        b === undefined ? '–' : number(b),
        difference === undefined
          ? '–'
          : difference === 0
            ? 'the same'
            : `${difference > 0 ? '+' : ''}${number(difference)}`,
      ]),
    ),
  )

const timesSection = ({ times }: Comparison['record']): HTMLElement =>
  section(
    'times',
    'Time',
    dataTable(
      'How long it took to make each result',
      ['stage', 'A', 'B'],
      times.map(({ stage, a_ms, b_ms, same }) => [stage, spent(a_ms), same ? 'the same result' : spent(b_ms)]),
    ),
  )

const spent = (ms: number | undefined): string => (ms === undefined ? '–' : duration(ms))

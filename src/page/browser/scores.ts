import { dot, line, link, ruleX } from '@observablehq/plot'
import type { GroupScores } from '../../squad/question-scores.ts'
import type { ThresholdPoint } from '../../squad/threshold-curve.ts'
import type { Scores } from '../page-data.ts'
import { chart, colours } from './chart.ts'
import { dataTable, h, section } from './elements.ts'
import { metricsTable } from './overview.ts'
import { number, percent } from './words.ts'

/** How good the answers are, of all questions and by what they have in common. */
export function scoresSection(scores: Scores): HTMLElement {
  const { all, groups, thresholds, resamples } = scores
  return section(
    'scores',
    'Scores',
    h(
      'p',
      { class: 'quiet' },
      `In percent, by the rules of the official scripts. Ranges hold with 95 % confidence: the questions were drawn again ${resamples.toLocaleString('en')} times. A range that is wide says that there are few questions.`,
    ),
    ...groups.map(({ title, scores }) =>
      h('div', { class: 'pair' }, groupChart(title, all, scores), groupTable(title, scores)),
    ),
    thresholds.length > 0 && thresholdChart(thresholds, scores.threshold),
    metricsTable(scores),
  )
}

function groupChart(title: string, all: GroupScores, groups: readonly GroupScores[]): HTMLElement {
  const rows = groups.flatMap(({ label, exact, f1 }) => [
    { label, score: 'F1', ...f1 },
    { label, score: 'exact match', ...exact },
  ])
  const words = groups.map(({ label, f1 }) => `${label}: F1 ${percent(f1.mean)}`).join('; ')
  return chart(title, `${words}. The table below says the same.`, () => ({
    height: 60 + 44 * groups.length,
    marginLeft: 120,
    x: { label: null, grid: true, domain: [0, 100] },
    y: { label: null, axis: null, domain: ['F1', 'exact match'], padding: 0.4 },
    fy: { label: null, domain: groups.map(({ label }) => label), axis: 'left', padding: 0.1 },
    color: { legend: true, domain: ['F1', 'exact match'], range: [colours.first, colours.second] },
    marks: [
      ruleX([all.f1.mean], { stroke: colours.first, strokeDasharray: '2,3' }),
      ruleX([all.exact.mean], { stroke: colours.second, strokeDasharray: '2,3' }),
      link(rows, { fy: 'label', x1: 'low', x2: 'high', y1: 'score', y2: 'score', stroke: 'score', strokeWidth: 2 }),
      dot(rows, { fy: 'label', x: 'mean', y: 'score', fill: 'score', r: 4 }),
    ],
  }))
}

const groupTable = (title: string, groups: readonly GroupScores[]) =>
  dataTable(
    title,
    ['group', 'questions', 'exact match', 'F1'],
    groups.map(({ label, questions, exact, f1 }) => [label, questions, range(exact), range(f1)]),
  )

const range = ({ mean, low, high }: GroupScores['f1']) => `${percent(mean)} (${percent(low)} to ${percent(high)})`

function thresholdChart(points: readonly ThresholdPoint[], threshold: number | undefined): HTMLElement {
  const best = points.reduce((best, each) => (each.f1 > best.f1 ? each : best))
  const rows = points.flatMap(({ threshold, exact, f1, answered }) => [
    { threshold, score: 'F1', value: f1 },
    { threshold, score: 'exact match', value: exact },
    { threshold, score: 'answered', value: answered },
  ])
  const given = threshold === undefined ? '' : ` The answers were given with ${number(threshold)}.`
  const words = `The best F1, ${percent(best.f1)}, would come of the threshold ${number(best.threshold)}.${given}`
  return h(
    'div',
    {},
    chart('Scores by the threshold for “no answer” (null_score_diff_threshold)', words, () => ({
      x: { label: 'threshold' },
      y: { label: null, grid: true, domain: [0, 100] },
      color: {
        legend: true,
        domain: ['F1', 'exact match', 'answered'],
        range: [colours.first, colours.second, colours.faint],
      },
      marks: [
        ...(threshold === undefined ? [] : [ruleX([threshold], { stroke: colours.ink, strokeDasharray: '2,3' })]),
        line(rows, { x: 'threshold', y: 'value', z: 'score', stroke: 'score', curve: 'step-after' }),
      ],
    })),
    h('p', {}, words),
  )
}

import type { GroupScores } from '../../squad/question-scores.ts'
import type { Scores, Summary } from '../page-data.ts'
import { dataTable, h } from './elements.ts'
import { count, duration, percent } from './words.ts'

/** What one wants to know first. */
export function overview({ title, run, scores, left_out }: Summary): Node[] {
  const facts: (readonly [string, string, string])[] = []
  if (scores) facts.push(score('Exact match', scores.all, 'exact'), score('F1', scores.all, 'f1'))
  if (scores) facts.push(['Questions', scores.all.questions.toLocaleString('en'), ''])
  if (run) {
    const ran = run.stages.filter(({ status }) => status === 'ran')
    const took = run.stages.reduce((sum, { ms = 0 }) => sum + ms, 0)
    facts.push([
      'Stages',
      `${run.stages.length}`,
      `${ran.length} ran, ${run.stages.filter(({ status }) => status === 'reused').length} reused`,
    ])
    facts.push(['Work in the results', duration(took), 'when each was made'])
  }
  const tiles = facts.map(([name, value, more]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, h('strong', {}, value), more && h('small', {}, more))),
  )
  return [
    h('header', {}, h('h1', {}, title), run && h('p', { class: 'quiet' }, `Pipeline ${run.pipeline}`)),
    h('dl', { class: 'tiles' }, ...tiles),
    leftOutNote('Not in this report', left_out),
  ].filter(each => each instanceof Node)
}

/** Says what is left out, if anything is. */
export const leftOutNote = (title: string, left_out: readonly string[]): HTMLElement | undefined =>
  left_out.length === 0
    ? undefined
    : h(
        'aside',
        { 'aria-label': 'What is left out' },
        h('h2', {}, title),
        h('ul', {}, ...left_out.map(each => h('li', {}, each))),
      )

const score = (name: string, all: GroupScores, which: 'exact' | 'f1') =>
  [name, percent(all[which].mean), `95 %: ${percent(all[which].low)} to ${percent(all[which].high)}`] as const

/** The numbers of `evaluate`, as it has them. */
export function metricsTable({ metrics }: Scores): Node | undefined {
  const rows = Object.entries(metrics).map(([name, value]) => [name, Number(value.toFixed(4))] as const)
  return rows.length === 0
    ? undefined
    : h(
        'details',
        {},
        h('summary', {}, `All ${count(rows.length, 'number')} of the evaluation`),
        dataTable('Metrics', ['name', 'value'], rows),
      )
}

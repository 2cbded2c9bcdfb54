import { dot, line, ruleY } from '@observablehq/plot'
import type { LogRecord } from '../../model/training-log.ts'
import { chart, colours } from './chart.ts'
import { section } from './elements.ts'
import { count, number, percent } from './words.ts'

/** How training went: loss, learning rate, gradient norm, and the evaluations in between. */
export function curvesSection(log: readonly LogRecord[]): HTMLElement {
  const steps = log.filter(each => each.loss !== undefined)
  const evaluations = log.filter(each => each.eval_f1 !== undefined)
  const last = steps.at(-1)
  const curve = (caption: string, field: 'loss' | 'learning_rate' | 'grad_norm', color: string) => {
    const values = steps.flatMap(each => (each[field] === undefined ? [] : [each[field]]))
    if (values.length === 0) return undefined
    const words = `${caption} over ${count(last?.step ?? 0, 'step')}: from ${number(values[0]!)} to ${number(values.at(-1)!)}, at least ${number(Math.min(...values))}, at most ${number(Math.max(...values))}.`
    return chart(caption, words, () => ({
      x: { label: 'step' },
      y: { label: null, grid: true, tickFormat: (value: number) => number(value) },
      marginLeft: 56,
      marks: [
        ruleY([0], { stroke: colours.faint }),
        line(steps, { x: 'step', y: field, stroke: color, strokeWidth: 1.5 }),
      ],
    }))
  }
  return section(
    'training',
    'Training',
    curve('Loss', 'loss', colours.first),
    curve('Learning rate', 'learning_rate', colours.second),
    curve('Gradient norm, before clipping', 'grad_norm', colours.first),
    evaluations.length > 0 && evaluated(evaluations),
  )
}

function evaluated(evaluations: readonly LogRecord[]): HTMLElement {
  const points = evaluations.flatMap(({ step, eval_f1, eval_exact_match, eval_exact }) => [
    { step, score: 'F1', value: eval_f1! },
    { step, score: 'exact match', value: (eval_exact_match ?? eval_exact)! },
  ])
  const words = evaluations.map(({ step, eval_f1 }) => `F1 ${percent(eval_f1!)} after step ${step}`).join(', ')
  return chart('Evaluations while it trained', words, () => ({
    x: { label: 'step' },
    y: { label: null, grid: true },
    color: { legend: true, domain: ['F1', 'exact match'], range: [colours.first, colours.second] },
    marks: [
      line(points, { x: 'step', y: 'value', z: 'score', stroke: 'score' }),
      dot(points, { x: 'step', y: 'value', stroke: 'score', fill: 'score', r: 3 }),
    ],
  }))
}

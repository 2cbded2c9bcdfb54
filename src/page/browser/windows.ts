import { rectY, ruleY } from '@observablehq/plot'
import type { RecordedStage } from '../../plugin/run-record.ts'
import type { WindowStatistics } from '../../squad/window-statistics.ts'
import { chart, colours } from './chart.ts'
import { dataTable, h, section } from './elements.ts'
import { count, number } from './words.ts'

/** How long the windows are, how many a question has, and what was left out on the way. */
export function windowsSection(windows: WindowStatistics | undefined, stages: readonly RecordedStage[]): HTMLElement {
  return section(
    'windows',
    'Windows',
    ...(windows ? statistics(windows) : []),
    ...(stages.length > 0 ? warned(stages) : []),
  )
}

function warned(stages: readonly RecordedStage[]): Node[] {
  const warnings = stages.flatMap(({ name, warnings }) => warnings.map(warning => ({ name, warning })))
  return [
    h('h3', {}, 'What the stages warned of'),
    warnings.length === 0
      ? h('p', {}, 'Nothing: no question was left out.')
      : h('ul', {}, ...warnings.map(({ name, warning }) => h('li', {}, h('b', {}, name), `: ${warning}`))),
  ]
}

function statistics(windows: WindowStatistics): Node[] {
  const { questions, lengths, histogram, per_question, without, max_seq_length } = windows
  const words = `${count(windows.windows, 'window')} of ${count(questions, 'question')}; ${number(lengths.mean)} tokens on average, ${lengths.longest} at most; ${lengths.full.toLocaleString('en')} fill all ${max_seq_length} places.`
  return [
    h(
      'p',
      {},
      `${words} Each starts ${windows.doc_stride} document tokens after the one before. ${count(windows.full_queries, 'question')} of ${windows.max_query_length} pieces or more: what went beyond was cut off.`,
    ),
    chart('Tokens in a window', words, () => ({
      x: { label: 'tokens', domain: [0, max_seq_length] },
      y: { label: 'windows', grid: true },
      marks: [
        rectY(histogram, { x1: ({ from }) => from - 1, x2: 'to', y: 'windows', fill: colours.first, inset: 0.5 }),
        ruleY([0]),
      ],
    })),
    dataTable(
      'Windows of a question',
      ['windows', 'questions'],
      per_question.map(({ windows, questions }) => [String(windows), questions]),
    ),
    ...(without.length === 0
      ? []
      : [
          h(
            'p',
            {},
            `Without a window, because no piece of their context or answer was left: ${without.slice(0, 20).join(', ')}${without.length > 20 ? ` and ${without.length - 20} more` : ''}.`,
          ),
        ]),
  ]
}

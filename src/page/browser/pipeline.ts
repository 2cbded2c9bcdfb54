import { link, rect, text } from '@observablehq/plot'
import type { RecordedStage, RunRecord } from '../../plugin/run-record.ts'
import { chart, colours } from './chart.ts'
import { dataTable, h, section } from './elements.ts'
import { layOut, type PlacedStage } from './pipeline-layout.ts'
import { count, duration, number, size } from './words.ts'

/** The stages: how they hang together, which ran, and how long that took. */
export function pipelineSection({ stages }: RunRecord): HTMLElement {
  const rows = stages.map(stage => [
    stage.name === stage.uses ? stage.name : `${stage.name} (${stage.uses})`,
    statusWords[stage.status],
    stage.ms === undefined ? '–' : duration(stage.ms),
    stage.bytes ? size(stage.bytes) : '–',
    stage.created === undefined ? '–' : stage.created.slice(0, 16).replace('T', ' '),
    stage.after.join(', ') || '–',
  ])
  return section(
    'pipeline',
    'Pipeline',
    graph(stages),
    dataTable('Stages', ['stage', 'in this run', 'took', 'size', 'made (UTC)', 'after'], rows),
    ...stages.flatMap(stage => details(stage) ?? []),
  )
}

const statusWords: Readonly<Record<RecordedStage['status'], string>> = {
  ran: 'ran',
  reused: 'reused',
  absent: 'not there',
}

function graph(stages: readonly RecordedStage[]): HTMLElement {
  const { stages: placed, links, depth, lanes } = layOut(stages)
  const inWords = `${count(stages.length, 'stage')}: ${stages.map(({ name, status, ms }) => `${name} ${statusWords[status]}${ms === undefined ? '' : `, ${duration(ms)}`}`).join('; ')}. The table below says the same.`
  const [halfWidth, halfHeight] = [0.44, 0.3]
  const label = ({ stage }: PlacedStage) => stage.name
  const below = ({ stage }: PlacedStage) =>
    [statusWords[stage.status], ...(stage.ms === undefined ? [] : [duration(stage.ms)])].join(' · ')
  return chart('What was made from what, and how long that took', inWords, () => ({
    height: 24 + depth * 64,
    margin: 12,
    marginLeft: 12,
    x: { axis: null, domain: [-0.5, Math.max(lanes, 2) - 0.5] },
    y: { axis: null, domain: [depth - 0.5, -0.5] },
    marks: [
      link(links, {
        x1: ({ from }) => from.lane,
        y1: ({ from }) => from.depth + halfHeight,
        x2: ({ to }) => to.lane,
        y2: ({ to }) => to.depth - halfHeight,
        curve: 'bump-y',
        stroke: colours.faint,
        strokeWidth: 1.5,
        markerEnd: 'arrow',
      }),
      rect(placed, {
        x1: ({ lane }) => lane - halfWidth,
        x2: ({ lane }) => lane + halfWidth,
        y1: ({ depth }) => depth - halfHeight,
        y2: ({ depth }) => depth + halfHeight,
        rx: 6,
        fill: 'var(--surface)',
        stroke: ({ stage }) => stage.status,
        strokeWidth: 1.5,
      }),
      text(placed, { x: 'lane', y: 'depth', text: label, dy: -7, fontSize: 13, fontWeight: 600, fill: colours.ink }),
      text(placed, { x: 'lane', y: 'depth', text: below, dy: 9, fontSize: 11, fill: colours.ink }),
    ],
    color: { domain: ['ran', 'reused', 'absent'], range: [colours.first, colours.faint, colours.second] },
  }))
}

/** What a stage was told, said and resulted in. */
function details(stage: RecordedStage): HTMLElement | undefined {
  const parameters = Object.entries({ ...stage.config, ...stage.machine }).filter(([, value]) => value !== null)
  const results = Object.entries(stage.results)
  if (parameters.length + results.length + stage.warnings.length === 0) return undefined
  const shown = (value: unknown) =>
    typeof value === 'number' ? number(value) : typeof value === 'string' ? value : JSON.stringify(value)
  return h(
    'details',
    {},
    h(
      'summary',
      {},
      `${stage.name}: parameters${stage.warnings.length > 0 ? `, ${count(stage.warnings.length, 'warning')}` : ''}`,
    ),
    h('p', {}, stage.summary),
    stage.warnings.length > 0 && h('ul', { class: 'warnings' }, ...stage.warnings.map(each => h('li', {}, each))),
    results.length > 0 &&
      dataTable(
        `Results of ${stage.name}`,
        ['result', 'value'],
        results.map(([name, value]) => [name, shown(value)]),
      ),
    parameters.length > 0 &&
      dataTable(
        `Parameters of ${stage.name}`,
        ['parameter', 'value'],
        parameters.map(([name, value]) => [name, shown(value)]),
      ),
  )
}

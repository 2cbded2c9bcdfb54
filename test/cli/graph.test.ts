import { parse } from '@ts-graphviz/ast'
import { describe, expect, it } from 'vitest'
import { graphDot } from '../../src/cli/graph-dot.ts'
import { graphMermaid } from '../../src/cli/graph-mermaid.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { defineArtifact, optional } from '../../src/plugin/artifact.ts'
import { RunRecord } from '../../src/plugin/run-record.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'
import { planOf } from '../runner/rig.ts'
import { folderWith, sluice } from './sluice.ts'

const kind = (name: string) =>
  defineArtifact<string>({ kind: name, version: 1, schema: Type.String(), write() {}, read: () => '' })
const Windows = kind('Windows')
const TrainingSet = kind('TrainingSet')
const Model = kind('Model')

const stage = (name: string, ports: object) =>
  defineStage({ name, version: 1, summary: '.', config: Type.Object({}), run: () => ({}), ...ports })

/** Every way in which stages hang together: a kind by a port of its name, or of another; an open port; an order alone. */
const plan: Plan = {
  ...planOf('/p', {
    span: { definition: stage('span', { outputs: { windows: Windows } }) },
    pack: {
      definition: stage('./pack.ts', { inputs: { windows: Windows }, outputs: { training_set: TrainingSet } }),
      inputs: { windows: { stage: 'span', port: 'windows' } },
    },
    train: {
      definition: stage('train', {
        inputs: { training_set: TrainingSet, eval_windows: optional(Windows), model: optional(Model) },
        outputs: { model: Model },
      }),
      inputs: {
        training_set: { stage: 'pack', port: 'training_set' },
        eval_windows: { stage: 'span', port: 'windows' },
      },
    },
    'say "done" & <go>; x|y #1 \\n `z` 量': { definition: stage('shell', {}), needs: ['train'] },
  }),
  name: 'a "name": with\nodd \\ characters',
}

/** What takes the record of the run: drawn from the run, in place of a line from each stage that is told of in it. */
const told: Plan = (() => {
  const report = { definition: stage('report', { inputs: { run: RunRecord } }), needs: ['span', 'pack'] }
  const span = { definition: stage('span', {}) }
  const { stages, ...rest } = planOf('/p', { span, pack: span, report })
  const recorded = { ports: ['run'], stages: ['span', 'pack'] }
  return { ...rest, stages: stages.map(each => (each.name === 'report' ? { ...each, recorded } : each)) }
})()

describe('pipeline graph', () => {
  it('shows the record of the run', async () => {
    expect(graphMermaid(told).slice(-2)).toEqual(['  open0(("the run"))', '  open0 -.->|"run: run-record"| s2'])
    expect(graphDot(told).slice(-3, -1)).toEqual([
      '  open0 [label="the run", shape=circle, style=dashed]',
      '  open0 -> s2 [label="run: run-record", style=dashed]',
    ])
    const folder = folderWith({
      'demo.yaml': `stages:
  a: { uses: shell, with: { run: "true" } }
  report: { with: { output_file: report.html } }
  b: { uses: shell, with: { run: "true" }, needs: [a] }
`,
    })
    expect((await sluice(folder, 'graph', 'demo.yaml')).out).toBe(`demo (demo.yaml)

stage      takes                          makes
a (shell)                                 output
b (shell)  after a                        output
report     run ← the run, after 2 stages
`)
    const { stages } = JSON.parse((await sluice(folder, 'graph', 'demo.yaml', '--json')).out)
    expect(stages.at(-1)).toMatchObject({
      name: 'report',
      inputs: {},
      recorded: { ports: ['run'], stages: ['a', 'b'] },
    })
  })

  it('--format mermaid', () => {
    expect(graphMermaid(plan).join('\n')).toBe(`---
title: "a \\"name\\": with\\nodd \\\\ characters"
---
flowchart LR
  s0["span"]
  s1["pack (./pack.ts)"]
  s2["train"]
  s3["say #34;done#34; #38; #60;go#62;#59; x#124;y #35;1 #92;n #96;z#96; 量 (shell)"]
  s0 -->|"Windows"| s1
  s1 -->|"TrainingSet"| s2
  s0 -->|"eval_windows: Windows"| s2
  open3(("open"))
  open3 -.->|"Model"| s2
  s2 -.-> s3`)
  })

  it('--format dot', () => {
    expect(graphDot(plan).join('\n')).toBe(`digraph "a \\"name\\": with odd \\\\ characters" {
  rankdir=LR
  node [shape=box]
  s0 [label="span"]
  s1 [label="pack (./pack.ts)"]
  s2 [label="train"]
  s3 [label="say \\"done\\" & <go>; x|y #1 \\\\n \`z\` 量 (shell)"]
  s0 -> s1 [label="Windows"]
  s1 -> s2 [label="TrainingSet"]
  s0 -> s2 [label="eval_windows: Windows"]
  open3 [label="open", shape=circle, style=dashed]
  open3 -> s2 [label="Model", style=dashed]
  s2 -> s3 [style=dashed]
}`)
  })

  it('--format dot is DOT, as another parser reads it', () => {
    const { children } = parse(graphDot(plan).join('\n'))
    const graph = children.find(child => child.type === 'Graph')!
    const kinds = graph.children.map(({ type }) => type)
    const count = (type: string) => kinds.filter(each => each === type).length
    expect([graph.directed, count('Node'), count('Edge'), kinds.length]).toEqual([true, 5, 5, 12])
  })

  it('takes no other format', async () => {
    const folder = folderWith({ 'demo.yaml': 'stages: { a: { uses: shell, with: { run: "true" } } }\n' })
    expect(await sluice(folder, 'graph', 'demo.yaml', '--format', 'svg')).toEqual({
      code: 2,
      out: '',
      err: 'error[flag-value] --format is text, mermaid or dot for `pipeline graph`; found `svg`.\n',
    })
    expect(await sluice(folder, 'graph', 'demo.yaml', '--json', '--format', 'dot')).toMatchObject({
      code: 2,
      err: 'error[flag-value] --json is a format of its own; found `--format dot` beside it.\n',
    })
    expect((await sluice(folder, 'graph', 'demo.yaml', '--format', 'mermaid')).out).toBe(`---
title: "demo"
---
flowchart LR
  s0["a (shell)"]
`)
  })
})

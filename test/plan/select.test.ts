import { describe, expect, test } from 'vitest'
import { formatDiagnostics } from '../../src/diagnostic/format.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { type Selection, selectStages } from '../../src/plan/select.ts'
import { planText } from './planning.ts'

// read → tokenize → span → train → save, and read → filter beside them.
const planned = planText(`stages:
  read: { with: { file: data.json } }
  tokenize: { with: { vocab: vocab.txt } }
  filter: { from: read }
  span: {}
  train: { with: { model: m } }
  save: { with: { output_dir: out } }
`)
const plan = async (): Promise<Plan> => (await planned).plan!

describe('a selection', () => {
  const rows: readonly (readonly [Selection, string])[] = [
    [{}, 'read tokenize filter span train save'],
    [{ from: 'span' }, 'span train save'],
    [{ from: 'read' }, 'read tokenize filter span train save'],
    [{ until: 'span' }, 'read tokenize span'],
    [{ until: 'filter' }, 'read filter'],
    [{ only: 'train' }, 'train'],
    [{ from: 'tokenize', until: 'train' }, 'tokenize span train'],
    [{ from: 'span', only: 'save' }, 'save'],
  ]
  test.each(rows)('%j', async (selection, expected) => {
    expect(selectStages(await plan(), selection)).toEqual({ stages: expected.split(' '), diagnostics: [] })
  })
})

describe('a selection that is wrong', () => {
  const rows: readonly (readonly [Selection, string])[] = [
    [
      { from: 'spam', only: 'zzz' },
      `error[unknown-stage] --from: There is no stage \`spam\` in this pipeline.
  --from spam
         ^^^^
hint: Did you mean \`span\`?

error[unknown-stage] --only: There is no stage \`zzz\` in this pipeline.
  --only zzz
         ^^^
hint: Stages: \`read\`, \`tokenize\`, \`filter\`, \`span\`, \`train\`, \`save\`.`,
    ],
    [
      { from: 'filter', until: 'span' },
      'error[empty-selection] No stage is chosen by --from filter --until span: no way through the pipeline leads from one to the other.',
    ],
  ]
  test.each(rows)('%j', async (selection, expected) => {
    const { stages, diagnostics } = selectStages(await plan(), selection)
    expect(stages).toEqual([])
    expect(formatDiagnostics(diagnostics, { cwd: '/' })).toBe(expected)
  })
})

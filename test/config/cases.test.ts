import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadPipeline } from '../../src/config/load.ts'
import { placeOf } from '../../src/diagnostic/format.ts'

// What test/cases say of a pipeline file's form alone; what they say of its stages is tested with those.
const cases = fileURLToPath(new URL('../cases/', import.meta.url))
const load = (name: string, file: string, text?: string) => {
  const folder = readdirSync(cases).find(each => each.startsWith(`${name}-`))
  const cwd = join(cases, folder ?? name)
  const { document, diagnostics } = loadPipeline({ file, env: {}, cwd, ...(text !== undefined && { text }) })
  const messages = diagnostics.map(({ code, range, hint }) => `${code} ${range && placeOf(range, cwd)} ${hint ?? ''}`)
  return { document, messages, cwd }
}

describe.skipIf(!existsSync(join(cases, '32-merge-duplicate-tab')))('cases', () => {
  test('32: merge keys, aliases, duplicates, tabs', () => {
    const merged = load('32', 'merge.yaml')
    expect(merged.messages).toEqual([])
    expect(merged.document?.stages[3]).toMatchObject({
      uses: 'span',
      with: { max_seq_length: 24, doc_stride: 8, max_query_length: 12 },
    })
    expect(load('32', 'alias.yaml').document?.stages[3]?.with).toEqual({
      max_seq_length: 24,
      doc_stride: 16,
      max_query_length: 12,
    })
    expect(load('32', 'dup.yaml').messages).toEqual(['duplicate-key dup.yaml:9:49 Keep one of them.'])
    expect(load('32', 'tab.yaml').messages).toEqual([
      'yaml-tab tab.yaml:7:1 Replace the tab by as many spaces as the lines around it have.',
    ])
  })

  test('35: variables in variables', () => {
    const { document, messages } = load('35', 'vars.yaml')
    expect(messages).toEqual([])
    expect(document?.stages.map(stage => stage.with)).toEqual([
      { file: './data.json', version_2_with_negative: false },
      { vocab: './vocab.txt', do_lower_case: true },
      { max_seq_length: 24, doc_stride: 16, max_query_length: 12 },
    ])
    expect(load('35', 'missing.yaml').messages).toEqual([
      'unknown-variable missing.yaml:12:62 Did you mean `vars.stride`?',
    ])
    expect(load('35', 'circle.yaml').messages).toEqual([
      'circular-reference circle.yaml:5:11 Give one of them a value of its own.',
    ])
  })

  test('36: the form is right, the values are the schemas’ to judge', () => {
    const { document, messages } = load('36', 'bad.yaml')
    expect(messages).toEqual([])
    expect(document?.stages.map(stage => stage.with)).toEqual([
      { file: './data.json', version_2_with_negative: 0 },
      { vocab: null, do_lower_case: '' },
      { max_seq_len: 24, doc_stride: null, max_query_length: '12' },
      {},
    ])
  })

  test('64: misspelt `stages`', () => {
    const { document, messages } = load('64', 'pipeline.yaml')
    expect(messages).toEqual(['unknown-key pipeline.yaml:2:1 Did you mean `stages`?'])
    expect(document?.stages.map(({ name }) => name)).toEqual(['read', 'tok', 'span', 'span2', 'train'])
  })

  test('06: byte order mark and CRLF', () => {
    const { document, messages } = load('06', 'pipeline.yaml')
    expect([messages, document?.name]).toEqual([[], 'case'])
    expect(document?.locate(['stages', 'tokenize'], 'key').start).toMatchObject({ line: 6, column: 3 })
  })

  test('25: reordered keys make the same stages', () => {
    const { document } = load('25', 'pipeline-reordered.yaml')
    expect(document?.stages).toEqual(load('25', 'pipeline.yaml').document?.stages)
    expect(document?.name).toBe('other')
  })

  test('63: what can be written for a learning rate', () => {
    const { cwd } = load('63', 'template.yaml')
    const template = readFileSync(join(cwd, 'template.yaml'), 'utf8')
    const expected: Record<string, { exit_code: number; value?: number }> = JSON.parse(
      readFileSync(join(cwd, 'expected.json'), 'utf8'),
    )
    for (const [written, { exit_code, value }] of Object.entries(expected)) {
      const { document, messages } = load('63', 'template.yaml', template.replace('@VALUE@', written))
      const rate = document?.stages.find(({ name }) => name === 'train')?.with.learning_rate
      if (exit_code === 0) expect([written, rate, messages]).toEqual([written, value, []])
      // What is refused is refused here, or is no positive number, which the schema of `train` refuses.
      else
        expect([written, messages.length === 0 && Number.isFinite(rate) && Number(rate) > 0]).toEqual([written, false])
    }
  })
})

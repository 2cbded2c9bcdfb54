import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { builtins } from '../../src/library/builtins.ts'
import { planFile } from './planning.ts'

const at = (path: string) => fileURLToPath(new URL(`../cases/${path}`, import.meta.url))
const expected = (name: string) => JSON.parse(readFileSync(at(`${name}/expected.json`), 'utf8'))

/** The diagnostics that name a key on a line, each as `code line`. */
const blocks = (text: string) =>
  text.split('\n\n').map(block => ({ block, line: Number(/^\S+ \S+?:(\d+):\d+:/.exec(block)?.[1]) }))

describe('every mistake at once, each on its line, none twice', () => {
  const cases: readonly (readonly [string, string, readonly (readonly [string, number, string?])[]])[] = [
    ['36-no-coercion-all-errors', 'bad.yaml', expected('36-no-coercion-all-errors').errors],
    [
      '64-misspelt-parameter',
      'pipeline.yaml',
      expected('64-misspelt-parameter').pairs.map(([key, near, line]: [string, string, number]) => [key, line, near]),
    ],
  ]
  test.each(cases)('%s', async (name, file, errors) => {
    const { text, plan } = await planFile(at(`${name}/${file}`), { builtins })
    expect(plan).toBeUndefined()
    for (const [key, line, near = ''] of errors) {
      const naming = blocks(text).filter(
        each => each.line === line && each.block.split('\n')[0]?.includes(`\`${key}\``),
      )
      expect(naming, `${key} on line ${line} in:\n${text}`).toHaveLength(1)
      expect(naming[0]?.block).toContain(near)
    }
  })
})

describe('63: a learning rate is a number above 0, however it is written', () => {
  const template = readFileSync(at('63-ways-to-write-a-learning-rate/template.yaml'), 'utf8')
  const rows = Object.entries<{ exit_code: number; value?: number }>(expected('63-ways-to-write-a-learning-rate'))
  test.each(rows)('%s', async (written, { exit_code, value }) => {
    const file = at('63-ways-to-write-a-learning-rate/template.yaml')
    const { plan, text } = await planFile(file, { builtins, text: template.replace('@VALUE@', written) })
    expect(plan?.stages.find(({ name }) => name === 'train')?.config.learning_rate).toBe(value)
    if (exit_code !== 0) expect(text).toMatch(/^error\[\S+\] template.yaml:7:\d+: .*learning_rate/s)
  })
})

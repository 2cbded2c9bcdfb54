import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const sample = fileURLToPath(new URL('../../pipelines/sample/', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'sluice-sample-'))
afterAll(() => rmSync(temporary, { recursive: true }))

interface Squad {
  readonly data: readonly { readonly title: string; readonly paragraphs: readonly { readonly context: string }[] }[]
}
const read = (name: string): Squad => JSON.parse(readFileSync(join(sample, name), 'utf8'))

it('is what its generator makes', () => {
  cpSync(sample, temporary, { recursive: true, filter: path => !path.endsWith('.json') && !path.endsWith('.txt') })
  execFileSync(process.execPath, [join(temporary, 'generate.mjs')])
  for (const file of ['train.json', 'dev.json', 'vocab.txt'])
    expect(readFileSync(join(temporary, file), 'utf8') === readFileSync(join(sample, file), 'utf8'), file).toBe(true)
})

it('has a vocabulary of the size that its network knows', () => {
  const tokens = readFileSync(join(sample, 'vocab.txt'), 'utf8').trimEnd().split('\n')
  expect(JSON.parse(readFileSync(join(sample, 'config.json'), 'utf8')).vocab_size).toBe(tokens.length)
})

it('holds out passages that share no full name with the training ones, of what they are about or of what they tell', async () => {
  const { naming } = await import(join(sample, 'names.mjs'))
  const contexts = (name: string) =>
    read(name)
      .data.flatMap(({ paragraphs }) => paragraphs.map(({ context }) => context))
      .join('\n')
  const [held, seen] = [contexts('dev.json'), contexts('train.json')]
  const names = Object.values<Naming>(naming).flatMap(fullNames)
  const there = names.filter(name => held.includes(name))
  expect(there).toEqual(expect.arrayContaining(read('dev.json').data.flatMap(({ title }) => title.split(', '))))
  expect(there.filter(name => seen.includes(name))).toEqual([])
})

/** How one kind of name is made of two parts. */
interface Naming {
  readonly first: readonly string[]
  readonly second: readonly string[]
  readonly join: string
  readonly before?: string
  readonly lower?: boolean
}
const fullNames = ({ first, second, join, before = '', lower = false }: Naming) =>
  first.flatMap(a => second.map(b => before + a + join + b)).map(name => (lower ? name.toLowerCase() : name))

it('cannot be answered without reading', async () => {
  const { bestFixedPosition, bestSingleWord, questionsOf } = await import(join(sample, 'trivial.mjs'))
  const questions = questionsOf(read('dev.json'))
  expect(bestFixedPosition(questions)).toBeLessThan(15)
  expect(bestSingleWord(questions)).toBeLessThan(15)
})

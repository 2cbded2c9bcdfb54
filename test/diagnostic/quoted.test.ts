import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codesInSource } from './codes-in-source.ts'
import { messagesInSource } from './messages-in-source.ts'

const text = (page: string): string => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
const isOurs = messagesInSource()

it.each([
  ['a text', 'There is no place for a result of this name.', false],
  ['one with gaps', 'Stage `train` has no input `window`.', true],
  [
    'one in two parts',
    '3 of 10 questions left out: the words at their answer_start do not contain their answer. q1, q2, q3',
    true,
  ],
  ['one that is not quite', 'Stage `train` does not have an input `window`.', false],
])('%s is told from what nobody prints', (_, message, ours) => expect(isOurs(message)).toBe(ours))

describe('what docs/troubleshooting.md quotes', () => {
  // What a command of the page prints is compared with it (`scripts/run-docs.mjs`).
  const blocks = [...text('troubleshooting.md').matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)]
  const quotes = blocks.filter(([, language], index) => {
    const [, before, words] = blocks[index - 1] ?? []
    return language === 'text' && (before !== 'sh' || words?.includes('long'))
  })
  const lines = quotes.flatMap(([, , , block = '']) => block.split('\n'))
  const coded = lines.flatMap(line => {
    const [, code, message] =
      /^(?:[\w-]+: )?(?:error|warning)\[([\w-]+)\] (?:(?:[\w./-]+:\d+:\d+|--set): )?(.*)$/.exec(line) ?? []
    return code === undefined || message === undefined ? [] : [{ code, message }]
  })
  const said = lines.flatMap(line => /^[\w-]+: (?:warning|waiting): (.*)$/.exec(line)?.slice(1) ?? [])
  const known = codesInSource().found

  it('is something', () => expect([coded.length > 8, said.length > 3]).toEqual([true, true]))

  it.each(coded)('$code: $message', ({ code, message }) => {
    expect(known.has(code), code).toBe(true)
    expect(isOurs(message), message).toBe(true)
  })

  it.each(said)('%s', message => expect(isOurs(message)).toBe(true))
})

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { cutInParallel } from '../../src/squad/cut-in-parallel.ts'
import { type Texts, textCutter } from '../../src/squad/cut-texts.ts'
import { intList, toArray } from '../../src/squad/int-list.ts'
import { pieceMemo } from '../../src/squad/piece-memo.ts'
import { row } from '../../src/squad/ragged.ts'
import { specialTokens } from '../../src/squad/vocabulary.ts'

const built = existsSync(fileURLToPath(new URL('../../dist/squad-worker.js', import.meta.url)))

const bytes = (array: Int32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)

describe('pieceMemo', () => {
  it('asks for each distinct word once, and says which word a piece is of', () => {
    const asked: string[] = []
    const cut = pieceMemo(word => {
      asked.push(word)
      return [...word].map(unit => unit.charCodeAt(0))
    })
    const pieces = intList()
    const words = intList()
    cut(' ab  c\nab 😀', pieces, words)
    expect([...toArray(pieces)]).toEqual([97, 98, 99, 97, 98, 0xd83d])
    expect([...toArray(words)]).toEqual([0, 0, 1, 2, 2, 3])
    expect(asked).toEqual(['ab', 'c', '😀'])
  })

  it('begins anew when it knows enough words', () => {
    const asked: string[] = []
    const cut = pieceMemo(word => {
      asked.push(word)
      return [word.charCodeAt(0)]
    }, 2)
    const pieces = intList()
    cut('a b a c c a b', pieces)
    expect(String.fromCharCode(...toArray(pieces))).toBe('abaccab')
    expect(asked).toEqual(['a', 'b', 'c', 'a', 'b'])
  })

  it('keeps any number of words of any length apart', () => {
    const numbers = new Map<string, number>()
    const cut = pieceMemo(word => {
      if (numbers.has(word)) throw new Error(`asked twice for ${word}`)
      numbers.set(word, numbers.size)
      return Array.from({ length: word.length % 4 }, () => numbers.size - 1)
    })
    const vocabulary = Array.from({ length: 40_000 }, (_, i) => `${i.toString(36)}${'z'.repeat(i % 60)}`)
    for (let round = 0; round < 2; round++) {
      const pieces = intList()
      cut(vocabulary.join(' '), pieces)
      const expected = vocabulary.flatMap((word, i) => Array.from({ length: word.length % 4 }, () => i))
      expect(bytes(toArray(pieces)).equals(bytes(Int32Array.from(expected)))).toBe(true)
    }
    expect(numbers.size).toBe(40_000)
  })
})

const tokens = [...specialTokens, 'a', 'b', '##b', '天', '气']
const ids = new Map(tokens.map((token, id) => [token, id]))

const cutTexts = (texts: Texts, do_lower_case: boolean) => textCutter(ids, do_lower_case)(texts)

describe('textCutter', () => {
  it('gives a row of pieces a text', () => {
    const { context_pieces, context_words, other_pieces } = cutTexts(
      { contexts: ['a ab', '', 'b\u200b \u200b b'], others: ['天气', 'a'] },
      true,
    )
    expect([0, 1, 2].map(i => [...row(context_pieces, i)])).toEqual([[5, 5, 7], [], [6, 6]])
    // A word without pieces counts.
    expect([0, 1, 2].map(i => [...row(context_words, i)])).toEqual([[0, 1, 1], [], [0, 2]])
    expect([0, 1].map(i => [...row(other_pieces, i)])).toEqual([[8, 9], [5]])
  })

  it('takes time in proportion to the length of a context without spaces', () => {
    const before = performance.now()
    const { context_pieces } = cutTexts({ contexts: ['天气'.repeat(200_000)], others: [] }, true)
    expect(context_pieces.values).toHaveLength(400_000)
    expect(performance.now() - before).toBeLessThan(10_000)
  })
})

describe.runIf(built && availableParallelism() > 1)('cutInParallel (needs a build and two cores)', () => {
  it('gives what one thread gives', async () => {
    const long = Array.from({ length: 3001 }, (_, i) => `${'a ab b '.repeat(100 + (i % 7))} ${'天'.repeat(i % 5)}`)
    const texts = { contexts: long, others: long.toReversed() }
    const together = await cutInParallel({ texts, ids, do_lower_case: false })
    const alone = cutTexts(texts, false)
    for (const column of ['context_pieces', 'context_words', 'other_pieces'] as const) {
      expect(bytes(together[column].values).equals(bytes(alone[column].values))).toBe(true)
      expect(bytes(together[column].offsets).equals(bytes(alone[column].offsets))).toBe(true)
    }
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readIntegers, writeIntegers } from '../../src/squad/integer-columns.ts'
import { joinRows, offsetsOf } from '../../src/squad/ragged.ts'

const folder = mkdtempSync(join(tmpdir(), 'integers-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('ids of tokens come back in memory that threads share, in two bytes where they fit', () => {
  it.each([
    ['fewer than 256', [1, 255], Uint16Array],
    ['fewer than 65,536', [1, 65_535], Uint16Array],
    ['more', [1, 65_536], Int32Array],
  ])('%s', async (name, values, type) => {
    const offsets = Int32Array.of(0, 1, 2)
    await writeIntegers(folder, name, { ids: { values: Int32Array.from(values), offsets } })
    const read = (await readIntegers(folder, name, { shared: true })).raggedIds('ids')
    expect(read).toEqual({ values: type.from(values), offsets })
    expect(read.values.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})

describe('rows', () => {
  it('are refused past the last place that an offset can name', () => {
    expect(() => offsetsOf(Int32Array.of(2 ** 30, 2 ** 30))).toThrow(
      'a column of 2147483648 values, where at most 2147483647 have a place',
    )
  })

  it('of several parts are joined, and the parts let go', () => {
    const parts = [
      { values: Int32Array.of(1, 2), offsets: Int32Array.of(0, 2) },
      { values: Int32Array.of(), offsets: Int32Array.of(0) },
      { values: Int32Array.of(3), offsets: Int32Array.of(0, 0, 1) },
    ]
    expect(joinRows(parts)).toEqual({ values: Int32Array.of(1, 2, 3), offsets: Int32Array.of(0, 2, 2, 3) })
    expect(parts).toEqual([])
  })
})

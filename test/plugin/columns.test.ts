import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Unpackr } from 'msgpackr/pack'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { type Columns, readColumns, writeColumns } from '../../src/plugin/columns.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-columns-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const files = () => readdirSync(dir).sort()
const counting = (length: number) => Int32Array.from({ length }, (_, i) => i * 7919)

const everything: Columns = {
  i8: Int8Array.of(-1),
  u8: Uint8Array.of(1, 2, 255),
  clamped: Uint8ClampedArray.of(0, 255),
  i16: Int16Array.of(-1, 1),
  u16: Uint16Array.of(65535),
  i32: counting(1000),
  u32: Uint32Array.of(2 ** 32 - 1),
  f32: Float32Array.of(0.1, -0, NaN, Infinity),
  f64: Float64Array.of(0.1, -0, NaN),
  i64: BigInt64Array.of(-1n),
  u64: BigUint64Array.of(2n ** 64n - 1n),
  view: counting(100).subarray(13, 17),
  'no rows': new Float32Array(),
  'no strings': [],
  text: ['', 'ascii', 'é', '北京𠮷', '\ufeff', '', '\u0000\n'],
  'a pair cut in two': ['a\ud842', '\udfb7b'],
}

describe('writeColumns and readColumns', () => {
  it.each([64e6, 4096, 100])('keep class, order, bytes and strings in parts of %d bytes', async partBytes => {
    await writeColumns(dir, 'all', everything, { partBytes })
    const copy = await readColumns(dir, 'all')
    expect(Object.keys(copy)).toEqual(Object.keys(everything))
    expect(copy).toStrictEqual(everything)
    for (const column of Object.values(copy)) {
      if (ArrayBuffer.isView(column)) expect(column.buffer.byteLength).toBe(column.byteLength)
    }
    expect(
      Math.max(
        ...files()
          .filter(file => /\d/.test(file))
          .map(file => statSync(join(dir, file)).size),
      ),
    ).toBeLessThanOrEqual(partBytes)
  })

  it('splits long columns and puts short ones together', async () => {
    await writeColumns(dir, 'ids', { a: counting(2500), b: counting(10), c: counting(10) }, { partBytes: 4096 })
    expect(files()).toEqual(['ids.0.msgpack', 'ids.1.msgpack', 'ids.2.msgpack', 'ids.msgpack'])
  })

  it('writes parts that any msgpack reader understands, numbers at multiples of eight', async () => {
    await writeColumns(dir, 'x', { a: Uint8Array.of(1, 2, 3), b: Float64Array.of(1) })
    const bytes = readFileSync(join(dir, 'x.0.msgpack'))
    const part = new Unpackr({ useRecords: false }).unpack(bytes) as (Buffer | null)[]
    expect(part.filter(each => each !== null).map(each => [...each])).toEqual([
      [1, 2, 3],
      [0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
    ])
    expect([bytes.indexOf('010203', 'hex') % 8, bytes.indexOf('f03f', 'hex') % 8]).toEqual([0, 6])
  })

  it('writes equal bytes for equal columns', async () => {
    await writeColumns(dir, 'one', everything)
    await writeColumns(dir, 'two', { ...everything, i32: counting(2000).subarray(0, 1000) })
    for (const part of ['msgpack', '0.msgpack']) {
      expect(readFileSync(join(dir, `one.${part}`)).equals(readFileSync(join(dir, `two.${part}`)))).toBe(true)
    }
  })

  it('gives typed columns, and reads no others, where it is told what to expect', async () => {
    await writeColumns(dir, 'x', { ids: Int32Array.of(1, 2), text: ['a'], more: Int8Array.of(1) })
    const copy = await readColumns(dir, 'x', { ids: Int32Array, text: String })
    expectTypeOf(copy.ids).toEqualTypeOf<Int32Array<ArrayBuffer>>()
    expectTypeOf(copy.text).toEqualTypeOf<string[]>()
    expect(copy).toStrictEqual({ ids: Int32Array.of(1, 2), text: ['a'] })
    const head = join(dir, 'x.msgpack')
    await expect(readColumns(dir, 'x', { ids: Float32Array })).rejects.toThrow(
      `${head}: expected a column ids of Float32Array, found Int32Array`,
    )
    await expect(readColumns(dir, 'x', { id: Int32Array })).rejects.toThrow(
      `${head}: expected a column id of Int32Array, found none`,
    )
  })

  it('says so where a part is cut off', async () => {
    await writeColumns(dir, 'x', { ids: counting(100) })
    truncateSync(join(dir, 'x.0.msgpack'), 200)
    await expect(readColumns(dir, 'x')).rejects.toThrow(`${join(dir, 'x.0.msgpack')} is too short`)
  })

  it.each<[string, unknown, string]>([
    ['a Buffer', Buffer.from('x'), 'column c is neither a typed array nor an array of strings'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'column c is neither a typed array nor an array of strings'],
    ['a number among strings', ['a', 1], 'column c: row 1 is not a string'],
    ['half a pair', ['a', 'b', '\ud842'], 'column c: row 2 holds half a surrogate pair, which has no UTF-8 form'],
  ])('refuse %s', async (_, column, message) => {
    await expect(writeColumns(dir, 'x', { c: column } as Columns)).rejects.toThrow(message)
  })
})

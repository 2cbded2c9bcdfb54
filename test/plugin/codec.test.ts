import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, test } from 'vitest'
import { packFile, unpackFile } from '../../src/plugin/codec.ts'
import { pack, unpack } from '../../src/plugin/msgpack.ts'
import { hasShared, shared } from '../shared.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-codec-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Equal to the prototypes, the order of keys and the sign of zero. */
const exactly = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 'negative zero' : value
  const prototype = (Object.getPrototypeOf(value) as { constructor: { name: string } }).constructor.name
  if (ArrayBuffer.isView(value)) {
    return [prototype, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')]
  }
  if (Array.isArray(value)) return [prototype, value.map(exactly)]
  if (prototype === 'Map') {
    return [prototype, [...(value as Map<unknown, unknown>)].map(([k, v]) => [exactly(k), exactly(v)])]
  }
  return [prototype, Object.entries(value).map(([k, v]) => [k, exactly(v)])]
}

describe('comes back exactly', () => {
  const cyrillicKeys = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`ключ${i}`, i]))
  const values: Record<string, unknown> = {
    null: null,
    booleans: [true, false],
    'small and large integers': [0, 31, 32, 63, 64, 127, 128, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32, 2 ** 53 - 1],
    'negative integers': [-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53 - 1)],
    fractions: [0.1, 5e-324, 1.7976931348623157e308, -2.5, NaN, Infinity, -Infinity],
    'negative zero': [-0, { a: -0 }, new Map([[1, -0]])],
    BigInts: [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)],
    'number and BigInt side by side': [7, 7n, 2 ** 40, 2n ** 40n],
    strings: ['', 'a', 'é', '北京', '𠮷', '\u0000', '\ufeffx', 'x'.repeat(31), 'x'.repeat(32), 'ü'.repeat(70_000)],
    'order of keys': { z: 1, a: { y: 2, b: 3 }, 10: 'ten', 9: 'nine' },
    'keys that objects have anyway': { constructor: 1, toJSON: 2, hasOwnProperty: 3, toString: 4, length: 5, size: 6 },
    'a key named __proto__': JSON.parse('{"a":1,"__proto__":{"x":-0},"b":2}'),
    'an object that looks like a tag': { 1: ['Int8Array', 'x'] },
    'many non-Latin keys': cyrillicKeys,
    'a Map': new Map<unknown, unknown>([
      [1, 'a'],
      ['1', 'b'],
      [null, new Map()],
      [{ k: 1 }, [2]],
      [NaN, 1n],
      [2n, 2],
    ]),
    'empty things': [[], {}, new Map(), new Uint8Array(), new Float64Array()],
    'typed arrays': [
      Int8Array.of(-1, 1),
      Uint8Array.of(0, 255),
      Uint8ClampedArray.of(0, 255),
      Int16Array.of(-1, 1),
      Uint16Array.of(1, 65535),
      Int32Array.of(-1, 1),
      Uint32Array.of(1, 2 ** 32 - 1),
      Float32Array.of(0.1, -0, NaN),
      Float64Array.of(0.1, -0, NaN),
      BigInt64Array.of(-1n, 1n),
      BigUint64Array.of(1n, 2n ** 64n - 1n),
    ],
    'a view into a larger buffer': Int16Array.from({ length: 100 }, (_, i) => i).subarray(3, 50),
    'the bits of a NaN': new Float32Array(Uint32Array.of(0x7fc00001, 0xffc12345).buffer),
    'deep nesting': Array.from({ length: 900 }).reduce<unknown>(inner => [inner], 'bottom'),
  }
  test.each(Object.entries(values))('%s', (_, value) => {
    const copy = unpack(pack(value))
    expect(exactly(copy)).toEqual(exactly(value))
    expect(Buffer.from(pack(copy)).equals(pack(value))).toBe(true)
  })

  it('hands out typed arrays that own their memory', () => {
    const { bytes } = unpack(pack({ before: 'x', bytes: Uint8Array.of(1, 2, 3) })) as { bytes: Uint8Array }
    expect(bytes.buffer.byteLength).toBe(3)
  })
})

describe('is refused, with the path', () => {
  const itself: Record<string, unknown> = {}
  itself.me = [itself]
  const holes = [1, 2, 3]
  delete holes[1]
  const hidden = Object.defineProperty({}, 'secret', { value: 1, enumerable: false })
  const instead = 'use plain objects, arrays, Maps and typed arrays'
  const cases: [string, unknown, string][] = [
    ['undefined', undefined, '$: undefined cannot be kept; leave the key out or use null'],
    [
      'undefined inside',
      { a: [1, { b: undefined }] },
      '$.a[1].b: undefined cannot be kept; leave the key out or use null',
    ],
    ['a function', { 'my key': [() => 1] }, '$["my key"][0]: a function cannot be kept'],
    ['a symbol', [Symbol('s')], '$[0]: a symbol cannot be kept'],
    ['a large BigInt', [2n ** 64n], '$[0]: the BigInt 18446744073709551616 is not between -2^63 and 2^64 - 1'],
    ['a small BigInt', -(2n ** 63n) - 1n, '$: the BigInt -9223372036854775809 is not between -2^63 and 2^64 - 1'],
    ['a Date', { when: new Date(0) }, `$.when: an instance of Date cannot be kept; ${instead}`],
    ['a Set', new Set([1]), `$: an instance of Set cannot be kept; ${instead}`],
    ['a Buffer', Buffer.from('x'), `$: an instance of Buffer cannot be kept; ${instead}`],
    ['an ArrayBuffer', new ArrayBuffer(1), `$: an instance of ArrayBuffer cannot be kept; ${instead}`],
    ['a class instance', new (class Answer {})(), `$: an instance of Answer cannot be kept; ${instead}`],
    ['no prototype', Object.create(null), `$: an object without a prototype cannot be kept; ${instead}`],
    ['a Map of them', new Map([['q1', new Date(0)]]), `$.q1: an instance of Date cannot be kept; ${instead}`],
    ['a cycle', itself, '$.me[0]: it contains itself'],
    [
      'too deep',
      Array.from({ length: 1001 }).reduce<unknown>(inner => [inner], 1),
      'it is nested deeper than 1000 levels',
    ],
    ['holes', { list: holes }, '$.list: the array has holes or keys of its own'],
    ['a match', 'ab'.match(/a/), '$: the array has holes or keys of its own'],
    ['a symbol key', { a: { [Symbol('s')]: 1 } }, '$.a: it has a symbol or a hidden key'],
    ['a hidden key', hidden, '$: it has a symbol or a hidden key'],
    ['half a pair', ['\ud83d'], '$[0]: a string with half a surrogate pair has no UTF-8 form'],
    ['half a pair as key', { '\ud83d': 1 }, '$: its key "\\ud83d" is half a surrogate pair'],
  ]
  test.each(cases)('%s', (_, value, message) => {
    expect(() => pack(value)).toThrow(message)
  })
})

it('writes msgpack that holds plain JSON as any other library would', () => {
  expect(Buffer.from(pack({ a: [1, -1, 'x', null, true], b: 0.5 })).toString('hex')).toBe(
    '82a1619501ffa178c0c3a162cb3fe0000000000000',
  )
})

it('says which file does not hold a packed value', async () => {
  const file = join(folder, 'short.msgpack')
  writeFileSync(file, pack('a string that is cut off').subarray(0, 9))
  await expect(unpackFile(file)).rejects.toThrow(`${file} does not hold one packed value: `)
})

const made = shared('cases/29-many-keys-and-number-types/make.mjs')

describe.runIf(hasShared)('case 29 (needs SLUICE_SHARED), through a file, in a new process', () => {
  const script = `
    import { deepStrictEqual } from 'node:assert'
    import { createJiti } from 'jiti'
    import * as made from ${JSON.stringify(made)}
    const [codec, file] = process.argv.slice(1)
    const { many, floats, ints, bigs, map } = await (await createJiti(codec).import(codec)).unpackFile(file)
    deepStrictEqual({ many, floats, ints, bigs, map }, { ...made })
    deepStrictEqual(Object.keys(many), Object.keys(made.many))
    console.log(JSON.stringify([Object.keys(many).length, Object.entries(many).at(-1), floats.constructor.name,
      Buffer.from(floats.buffer).toString('hex'), map.size, [...map.keys()]]))`

  it('is exact', async () => {
    const value = { ...(await import(/* @vite-ignore */ made)) } as Record<string, unknown>
    const file = join(folder, 'case-29.msgpack')
    await packFile(file, value)
    const codec = fileURLToPath(new URL('../../src/plugin/codec.ts', import.meta.url))
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, codec, file], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([
      70000,
      ['q69999', 'answer 69999'],
      'Float32Array',
      'cdcccc3d000000809ec97f7f010000000000c07f0000807f',
      2,
      [1, '1'],
    ])
    expect(readFileSync(file).length).toBeLessThan(2e6)
    expect(() => pack({ ...value, too_big: 2n ** 64n })).toThrow(
      'cannot pack $.too_big: the BigInt 18446744073709551616',
    )
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { random } from '../../src/model/random.ts'
import { openSafetensors } from '../../src/model/safetensors-read.ts'
import { writeSafetensors } from '../../src/model/safetensors-write.ts'
import { isStageError } from '../../src/plugin/stage-error.ts'
import { hasShared, shared } from '../shared.ts'

const folder = mkdtempSync(join(tmpdir(), 'safetensors-'))
afterAll(() => rmSync(folder, { recursive: true }))

const cases = fileURLToPath(new URL('../cases/38-lfs-pointer-as-weights/', import.meta.url))
const file = join(folder, 'x.safetensors')

describe('a file that is not safetensors', () => {
  it.each([
    {
      path: `${cases}lfs.safetensors`,
      code: 'weights-lfs-pointer',
      message: 'Expected a safetensors file; found a git-lfs pointer of 134 bytes.',
      hint: 'The weights themselves were never downloaded: run `git lfs pull` in the folder, or download the file from its page.',
    },
    {
      path: `${cases}html.safetensors`,
      code: 'weights-html',
      message: 'Expected a safetensors file; found an HTML page of 45 bytes.',
      hint: 'The address that it was downloaded from answered with a web page: download the file again, by its direct link.',
    },
    {
      path: `${cases}pickle.safetensors`,
      code: 'weights-pickle',
      message: 'Expected a safetensors file; found a PyTorch pickle (or another zip file) of 64 bytes.',
      hint: 'Convert it to safetensors; renaming a `pytorch_model.bin` is not enough.',
    },
    {
      path: `${cases}cut.safetensors`,
      code: 'weights-cut',
      message: 'The file is cut short: it has 100 of 4000 bytes of tensor data (175 of 4075 bytes in all).',
      hint: 'The download was probably interrupted: download the file again.',
    },
  ])('$code', async ({ path, ...problem }) => {
    expect(await problemOf(path)).toEqual({ ...problem, file: path })
  })

  const again = 'Download the file again.'
  const damaged = (what: string) =>
    ['weights-damaged', `Expected a safetensors file; its header ${what}.`, again] as const
  const f32 = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: offsets })
  it.each([
    ['nothing', Buffer.alloc(0), 'weights-cut', 'Expected a safetensors file; found an empty file.', again],
    [
      'a few bytes',
      Buffer.from('{}'),
      'weights-cut',
      'Expected a safetensors file; found a file of only 2 bytes.',
      again,
    ],
    [
      'noise',
      Buffer.alloc(64, 0xee),
      'weights-damaged',
      'Expected a safetensors file; the 64 bytes found do not begin like one.',
      again,
    ],
    [
      'an old pickle',
      Buffer.from([0x80, 2, ...Buffer.alloc(20)]),
      'weights-pickle',
      'Expected a safetensors file; found a PyTorch pickle (or another zip file) of 22 bytes.',
      'Convert it to safetensors; renaming a `pytorch_model.bin` is not enough.',
    ],
    [
      'half a header',
      packed('{"w": {"dtype"', 0, 9000),
      'weights-cut',
      'The file is cut short: it has 14 of 9000 bytes of its header.',
      again,
    ],
    ['no JSON', packed('{oops}', 0), ...damaged('is not a JSON object')],
    [
      'no object for a tensor',
      packed('{"w": 1}', 0),
      ...damaged('says of the tensor "w" something that is not an object'),
    ],
    [
      'no dtype',
      packed({ w: { shape: [], data_offsets: [0, 0] } }, 0),
      ...damaged('says of the tensor "w" no `dtype` (found undefined)'),
    ],
    [
      'a negative size',
      packed({ w: f32([-1], [0, 0]) }, 0),
      ...damaged('says of the tensor "w" a shape that is not a list of sizes (found [-1])'),
    ],
    [
      'a size past all integers',
      packed({ w: f32([1e300], [0, 0]) }, 0),
      ...damaged('says of the tensor "w" a shape that is not a list of sizes (found [1e+300])'),
    ],
    [
      'one offset',
      packed({ w: f32([1], [4]) }, 4),
      ...damaged('says of the tensor "w" `data_offsets` that are not two byte positions (found [4])'),
    ],
    [
      'offsets backwards',
      packed({ w: f32([1], [4, 0]) }, 4),
      ...damaged('says of the tensor "w" that it ends (0) before it begins (4)'),
    ],
    [
      'too few bytes for the shape',
      packed({ w: f32([3], [0, 4]) }, 4),
      ...damaged('says of the tensor "w" that it has 4 bytes, but F32 of shape [3] needs 12'),
    ],
    [
      'overlap',
      packed({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12),
      ...damaged('places the tensor "b" at byte 4 of the data, where 8 was expected'),
    ],
    [
      'a gap',
      packed({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12),
      ...damaged('places the tensor "b" at byte 8 of the data, where 4 was expected'),
    ],
    [
      'more data than tensors',
      packed({ a: f32([1], [0, 4]) }, 7),
      ...damaged('describes 4 bytes of tensor data, but 7 follow it'),
    ],
  ])('%s', async (_, bytes, code, message, hint) => {
    writeFileSync(file, bytes)
    expect(await problemOf(file)).toEqual({ code, message, file, hint })
  })

  it('is never a crash, whatever its header holds', async () => {
    const good = packed({ a: f32([2, 2], [0, 16]), b: f32([4], [16, 32]) }, 32)
    const numbers = random(7)
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(good)
      for (let change = 0; change <= numbers.below(4); change++)
        bytes[numbers.below(bytes.length - 32)] = numbers.below(256)
      writeFileSync(file, bytes.subarray(0, numbers.below(8) === 0 ? numbers.below(bytes.length) : bytes.length))
      await problemOf(file)
    }
  })
})

describe('reading', () => {
  it('widens half and brain floats', async () => {
    const halves = [0x0000, 0x8000, 0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x7c00, 0xfc00, 0x3555]
    const brains = [0x3f80, 0xc000, 0x0001, 0x7f80, 0x3eab]
    const header = {
      half: { dtype: 'F16', shape: [halves.length], data_offsets: [0, 2 * halves.length] },
      brain: {
        dtype: 'BF16',
        shape: [brains.length],
        data_offsets: [2 * halves.length, 2 * (halves.length + brains.length)],
      },
    }
    writeFileSync(
      file,
      Buffer.concat([packed(header, 0), Buffer.from(Uint16Array.from([...halves, ...brains]).buffer)]),
    )
    const { float32, close } = await openSafetensors(file)
    expect([...(await float32('half'))]).toEqual([
      0,
      -0,
      1,
      -2,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1365 * 2 ** -12,
    ])
    expect([...(await float32('brain'))]).toEqual([1, -2, 2 ** -133, Number.POSITIVE_INFINITY, 171 * 2 ** -9])
    await close()
  })

  it('lists tensors of other types, which can only be skipped', async () => {
    writeFileSync(
      file,
      packed(
        {
          ids: { dtype: 'I64', shape: [1, 2], data_offsets: [0, 16] },
          odd: { dtype: 'F4', shape: [9], data_offsets: [16, 20] },
        },
        20,
      ),
    )
    const { tensors, float32, close } = await openSafetensors(file)
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['ids', 'I64', [1, 2]],
      ['odd', 'F4', [9]],
    ])
    await expect(float32('ids')).rejects.toMatchObject({
      problem: { code: 'weights-dtype', message: 'Expected the tensor `ids` in F32, F16 or BF16; found I64.', file },
    })
    await close()
  })
})

describe('writing', () => {
  it('gives back what it was given, aligned, whatever the order it came in', async () => {
    const a = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }
    const b = { shape: [], data: Float32Array.of(5) }
    await writeSafetensors(
      file,
      new Map([
        ['b', b],
        ['a', a],
      ]),
    )
    const bytes = readFileSync(file)
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0)
    expect(bytes.subarray(8).toString('latin1')).toMatch(
      /^\{"__metadata__":\{"format":"pt"\},"a":\{"dtype":"F32","shape":\[2,2\],"data_offsets":\[0,16\]\},"b"/,
    )
    const { float32, close } = await openSafetensors(file)
    expect([await float32('a'), await float32('b')]).toEqual([a.data, b.data])
    await close()
  })

  it('writes a tensor that goes to the file in several pieces', async () => {
    const data = Float32Array.from({ length: 2 ** 24 + 3 }, (_, i) => i)
    await writeSafetensors(file, new Map([['large', { shape: [data.length], data }]]))
    const bytes = readFileSync(file)
    const start = 8 + Number(bytes.readBigUInt64LE(0))
    expect(bytes.subarray(start).equals(new Uint8Array(data.buffer))).toBe(true)
  })

  it.runIf(hasShared)("writes a file of Hugging Face's own writer again, byte for byte", async () => {
    const original = shared('oracle/train/model.safetensors')
    const { tensors, float32, close } = await openSafetensors(original)
    const weights = new Map()
    for (const [name, { shape }] of [...tensors].reverse()) weights.set(name, { shape, data: await float32(name) })
    await close()
    await writeSafetensors(file, weights)
    expect(readFileSync(file).equals(readFileSync(original))).toBe(true)
  })
})

/** A file with this header and so many bytes of data; `announced` is the header's length if not the true one. */
function packed(header: string | object, dataBytes: number, announced?: number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(announced ?? text.length))
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)])
}

async function problemOf(path: string) {
  try {
    await (await openSafetensors(path)).close()
    return undefined
  } catch (error) {
    if (isStageError(error)) return error.problem
    throw error
  }
}

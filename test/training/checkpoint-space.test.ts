import { expect, it } from 'vitest'
import { lackOfSpace } from '../../src/training/checkpoint-space.ts'

// A million parameters: 12 MB a checkpoint.
const weights = new Map([['w', { shape: [1000, 1000], data: new Float32Array(1e6) }]])
const free = (bytes: number) => async () => ({ bavail: bytes / 1000, bsize: 1000 })

it.each([
  [36e6, 2, undefined],
  [35e6, 2, 'checkpoints will not fit on the disk of /scratch: 3 of them take 36 MB, 35 MB are free'],
  [24e6, 1, undefined],
  [1e6, 99, 'checkpoints will not fit on the disk of /scratch: 100 of them take 1,200 MB, 1 MB are free'],
])('with %i bytes free and %i kept', async (bytes, kept, said) => {
  expect(await lackOfSpace('/scratch', weights, kept, free(bytes))).toBe(said)
})

import { adamwModule } from '../generated/adamw.ts'
import type { FlatKernel } from './flat-optimizer.ts'

// The part of the global that is used here: Node has it, its types do not.
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

interface Exports {
  sum_of_squares(at: number, count: number): number
  adamw(...args: readonly number[]): void
}

const page = 65_536
/** One page short of all: an address one past the end must still fit 32 bits. */
const most = 65_535
const stride = (size: number) => Math.ceil(size / 4) * 16
const pages = (size: number) => Math.max(1, Math.ceil((4 * stride(size)) / page))

/** Whether four arrays of this size fit one memory. */
export const wasmHolds = (size: number): boolean => pages(size) <= most

/** The arrays in one WebAssembly memory, and the kernels of adamw.wat over them. */
export function inWasm(size: number): FlatKernel {
  const memory = new WebAssembly.Memory({ initial: pages(size), maximum: most + 1 })
  const bytes = Uint8Array.from(Buffer.from(adamwModule, 'base64'))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { adamw: { memory } })
  const kernels = instance.exports as Exports
  const [p, g, m, v] = [0, 1, 2, 3].map(place => place * stride(size)) as [number, number, number, number]
  const view = (at: number) => new Float32Array(memory.buffer, at, size)
  return {
    params: view(p),
    grads: view(g),
    m: view(m),
    v: view(v),
    sumOfSquares: () => kernels.sum_of_squares(g, size),
    update(offset, length, { scale, new1, beta2, new2, keep, rate, root, eps }) {
      const at = [p, g, m, v].map(start => start + 4 * offset)
      kernels.adamw(...at, length, scale, new1, beta2, new2, keep, rate, root, eps)
    },
  }
}

import { inJavaScript } from './in-javascript.ts'
import { inWasm, wasmHolds } from './in-wasm.ts'

/** The settings of one step, under PyTorch's names. */
export interface AdamWSettings {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  /** Added to √v̂. */
  readonly eps: number
  readonly weight_decay: number
  /** Which step this is, from 1. */
  readonly t: number
  /** What the gradients are multiplied by first: clipping, and the mean over accumulated batches. */
  readonly scale: number
}

/** A stretch of the flat arrays. Weight decay applies to it, or not. */
export interface ParameterRange {
  readonly offset: number
  readonly length: number
  readonly decay: boolean
}

/** Parameters, gradients and both moments of a network as four flat arrays of equal length, and AdamW over them. */
export interface FlatOptimizer {
  readonly params: Float32Array
  readonly grads: Float32Array
  readonly m: Float32Array
  readonly v: Float32Array
  /** The sum of the squared gradients: its root is their global norm. */
  sumOfSquares(): number
  /** Updates parameters and moments in the given ranges by `torch.optim.AdamW`'s rule. */
  step(settings: AdamWSettings, ranges: readonly ParameterRange[]): void
}

/** What a kernel works on and with: `numbers` are rounded to float32 by the kernel. */
export interface AdamWNumbers {
  readonly scale: number
  readonly new1: number
  readonly beta2: number
  readonly new2: number
  readonly keep: number
  readonly rate: number
  readonly root: number
  readonly eps: number
}
export interface FlatKernel {
  readonly params: Float32Array
  readonly grads: Float32Array
  readonly m: Float32Array
  readonly v: Float32Array
  sumOfSquares(): number
  update(offset: number, length: number, numbers: AdamWNumbers): void
}

/**
 * Makes the flat arrays for `size` parameters, zeroed, in one WebAssembly memory; beyond its 4 GiB (268 million parameters) in
 * ordinary arrays, several times slower and to the same bytes.
 */
export function flatOptimizer(size: number): FlatOptimizer {
  const { params, grads, m, v, sumOfSquares, update } = wasmHolds(size) ? inWasm(size) : inJavaScript(size)
  return {
    params,
    grads,
    m,
    v,
    sumOfSquares,
    step(settings, ranges) {
      for (const { offset, length, decay } of ranges) update(offset, length, numbersOf(settings, decay))
    },
  }
}

/** Decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101), factored as PyTorch's implementation does it. */
const numbersOf = ({ lr, beta1, beta2, eps, weight_decay, t, scale }: AdamWSettings, decay: boolean): AdamWNumbers => ({
  scale,
  new1: 1 - beta1,
  beta2,
  new2: 1 - beta2,
  keep: decay ? 1 - lr * weight_decay : 1,
  rate: lr / (1 - beta1 ** t),
  root: 1 / Math.sqrt(1 - beta2 ** t),
  eps,
})

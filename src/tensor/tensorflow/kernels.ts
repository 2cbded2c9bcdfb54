import { maskGrid, maskSalts, maskThreshold, mix, mixFactors } from '../ops/dropout-mask.ts'
import * as tf from '../tf.ts'
import { compareInt64, type Int64, type Int64Ops } from './int64.ts'
import type { NativeBackend } from './native.types.ts'

interface MaskAttrs {
  readonly shape: number[]
  readonly rate: number
  readonly site: number
  readonly part: number
}

/** Registers our own kernels with TensorFlow, once. LayerNorm and GELU are composed of TensorFlow.js's. */
export function registerKernels(backendName: string) {
  if (tf.getKernel('DropoutMask', backendName)) return
  tf.registerKernel({
    kernelName: 'DropoutMask',
    backendName,
    kernelFunc({ inputs, attrs, backend }) {
      const native = backend as NativeBackend
      const [seed] = native.getInputTensorIds([inputs.seed!])
      return native.createOutputTensor(dropoutMask(native, seed!, attrs as unknown as MaskAttrs))
    },
  })
}

/**
 * The mask of dropout-mask.ts, bit for bit, without a value that comes back to this process. Words of 32 bits are held in
 * 64, because on CUDA TensorFlow multiplies 32-bit integers on the CPU. The rows' words are shifted to the upper half
 * first: what overflows then is what 32 bits lose, and the sign stands where it belongs.
 */
const dropoutMask = ({ binding }: NativeBackend, seed: number, { shape, rate, site, part }: MaskAttrs) =>
  compareInt64(binding, shape, ops => {
    const { op, constant } = ops
    const { rows, columns } = maskGrid(tf.util.sizeFromShape(shape))
    const { rowSalt, columnSalt } = maskSalts(site)
    const mixed = mixer(ops)
    const word = op('BitwiseAnd', ops.from(seed), constant(0, -1))
    const words = (from: number, shape: readonly number[], salt: number) => {
      const indices = Array.from({ length: shape[0]! }, (_, at) => mix(from + at))
      return mixed(op('BitwiseXor', ops.words(indices, shape), mixed(op('BitwiseXor', word, constant(0, salt)))))
    }
    const rowWords = op('BitwiseOr', words(part * rows, [rows, 1], rowSalt), constant(0, 1))
    const upper = op('LeftShift', rowWords, constant(0, 32))
    return [op('Mul', upper, words(0, [columns], columnSalt)), constant(maskThreshold(rate), 0)]
  })

/** `mix` of dropout-mask.ts. */
const mixer = ({ op, constant }: Int64Ops) => {
  const fold = (x: Int64, by: number) => op('BitwiseXor', x, op('RightShift', x, constant(0, by)))
  const times = (x: Int64, factor: number) => op('BitwiseAnd', op('Mul', x, constant(0, factor)), constant(0, -1))
  const [first, second] = mixFactors
  return (x: Int64) => fold(times(fold(times(fold(x, 16), first), 15), second), 16)
}

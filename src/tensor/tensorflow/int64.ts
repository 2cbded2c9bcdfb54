import type { Binding, NativeTensor } from './native.types.ts'

/** A TensorFlow tensor of 64-bit integers, by its handle. */
export type Int64 = number

/** Operations on 64-bit integers: TensorFlow has kernels for them on the CPU and on CUDA, TensorFlow.js has no such type. */
export interface Int64Ops {
  /** Numbers of 32 bits, without sign. */
  words(values: ArrayLike<number>, shape: readonly number[]): Int64
  /** One number: its upper and its lower 32 bits. */
  constant(high: number, low: number): Int64
  /** An int32 tensor of TensorFlow's with its sign. */
  from(int32: number): Int64
  op(name: 'BitwiseAnd' | 'BitwiseOr' | 'BitwiseXor' | 'LeftShift' | 'Mul' | 'RightShift', a: Int64, b: Int64): Int64
}

/**
 * Calls `work` with these operations and returns the booleans `a ≥ b`, in another shape, of the two numbers that it
 * returns. All else that it made is let go of.
 */
export function compareInt64(
  binding: Binding,
  shape: readonly number[],
  work: (ops: Int64Ops) => readonly [a: Int64, b: Int64],
): NativeTensor {
  const { TF_BOOL, TF_INT32, TF_INT64 } = binding
  const made: number[] = []
  const own = (id: number) => {
    made.push(id)
    return id
  }
  const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value })
  const run = (name: string, inputs: readonly number[], types: Readonly<Record<string, number>>) => {
    const attributes = Object.entries(types).map(([attribute, value]) => type(attribute, value))
    return binding.executeOp(name, attributes, inputs, 1)[0]!
  }
  const pairs = (shape: readonly number[], values: Int32Array) => own(binding.createTensor(shape, TF_INT64, values))
  const op: Int64Ops['op'] = (name, a, b) => own(run(name, [a, b], { T: TF_INT64 }).id)
  try {
    const [a, b] = work({
      op,
      constant: (high, low) => pairs([], Int32Array.of(low, high)),
      from: int32 => own(run('Cast', [int32], { SrcT: TF_INT32, DstT: TF_INT64 }).id),
      words(values, shape) {
        const each = new Int32Array(2 * values.length)
        for (let at = 0; at < values.length; at++) each[2 * at] = values[at]!
        return pairs(shape, each)
      },
    })
    const compared = own(run('GreaterEqual', [a, b], { T: TF_INT64 }).id)
    const wanted = own(binding.createTensor([shape.length], TF_INT32, Int32Array.from(shape)))
    return run('Reshape', [compared, wanted], { T: TF_BOOL, Tshape: TF_INT32 })
  } finally {
    for (const id of made) binding.deleteTensor(id)
  }
}

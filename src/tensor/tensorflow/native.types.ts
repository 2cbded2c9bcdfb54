import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core'

/** What we use of `@tensorflow/tfjs-node`'s backend, which exports no types of its own for it. */
export interface NativeBackend extends KernelBackend {
  readonly binding: Binding
  readonly isUsingGpuDevice: boolean
  /** The handles of tensors; those whose values have not been used yet are handed to TensorFlow first. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[]
  createOutputTensor(tensor: NativeTensor): Tensor
}

/** TensorFlow's eager C API, as the addon offers it. */
export interface Binding {
  /** An int64 tensor is given as pairs of int32: low, high. */
  createTensor(shape: readonly number[], type: number, values: Int32Array): number
  deleteTensor(id: number): void
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): NativeTensor[]
  readonly TF_BOOL: number
  readonly TF_INT32: number
  readonly TF_INT64: number
  readonly TF_ATTR_TYPE: number
  readonly TF_Version: string
}

export interface NativeTensor {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

export interface NativeAttribute {
  readonly name: string
  readonly type: number
  readonly value: number
}

import type { BackendValues, DataType, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import { tensorError } from '../tensor-error.ts'
import * as tf from '../tf.ts'
import { type ElementArray, elementArray, type Graph, uniform, type Value } from './graph.ts'

/** The name under which the recording backend is registered, while a trace runs. */
export const traceBackendName = 'sluice-trace'

/** What kernels see of the recording backend. */
export interface Tracer extends KernelBackend {
  readonly graph: Graph
  /** The value of the graph that a tensor stands for. */
  valueBehind(tensor: TensorInfo): Value
  /** A new tensor that stands for a value. */
  tensorOf(value: Value): TensorInfo
}

/** The longest array that may become part of the model without being one number repeated. */
const largestConstant = 1024

/** A TensorFlow.js backend that computes nothing: its tensors stand for values of a graph that is being recorded. */
export function createTracer(graph: Graph): Tracer {
  const values = new WeakMap<object, Value>()
  const tensorOf = (value: Value): TensorInfo => {
    const dataId = {}
    values.set(dataId, value)
    return { dataId, shape: [...value.shape], dtype: value.type as DataType }
  }
  const known = (dataId: object): Value => {
    const value = values.get(dataId)
    if (!value) throw foreign()
    return value
  }
  const read = (dataId: object): ElementArray => {
    const value = known(dataId)
    const number = uniform(value)
    if (number !== undefined)
      return elementArray(value.type, Array(tf.util.sizeFromShape([...value.shape])).fill(number))
    if (value.constant) return value.constant
    throw unreadable(value)
  }

  return Object.assign(new tf.KernelBackend(), {
    graph,
    tensorOf,
    valueBehind: (tensor: TensorInfo) => known(tensor.dataId),
    write: (data: BackendValues, shape: number[], type: DataType) =>
      tensorOf(constantOf(graph, data, shape, type)).dataId,
    move() {
      throw foreign()
    },
    readSync: (dataId: object) => read(dataId) as BackendValues,
    read: async (dataId: object) => read(dataId) as BackendValues,
    // Values belong to the graph; a tensor that is let go of frees nothing.
    disposeData: () => true,
    incRef() {},
    refCount: () => 1,
    numDataIds: () => 0,
    memory: () => ({ unreliable: true }),
    floatPrecision: () => 32 as const,
    timerAvailable: () => false,
    dispose() {},
  })
}

/** A constant. One number repeated (`tf.ones`, `tf.zeros`) stays one number, however large the tensor. */
function constantOf(graph: Graph, data: BackendValues, shape: readonly number[], type: DataType): Value {
  if (type !== 'float32' && type !== 'int32' && type !== 'bool') {
    throw tensorError({
      code: 'trace-kernel',
      message: `A tensor of type ${type} was made while a step was being recorded for ONNX Runtime; expected float32, int32 or bool.`,
    })
  }
  const numbers = elementArray(type, data as Float32Array | Int32Array | Uint8Array) as Exclude<
    ElementArray,
    BigInt64Array
  >
  const [first] = numbers
  if (first !== undefined && numbers.every(each => Object.is(each, first))) {
    return graph.broadcast(graph.scalar(first, type), shape)
  }
  if (numbers.length > largestConstant) throw tooLarge(numbers.length, shape)
  return graph.constant(numbers, shape, type)
}

const foreign = () =>
  tensorError({
    code: 'trace-foreign-tensor',
    message:
      'A tensor that was made outside the step was used in it while the step was being recorded for ONNX Runtime.',
    hint: 'Pass it to the step as an input, or make it inside.',
  })

const unreadable = ({ shape, type }: Value) =>
  tensorError({
    code: 'trace-read',
    message: `The value of a tensor (${type} [${shape.join(', ')}]) was read while the step was being recorded for ONNX Runtime; it has none until the step runs.`,
    hint: 'Return the tensor as an output and read it there; a step may not call data, dataSync, array, arraySync or print.',
  })

const tooLarge = (length: number, shape: readonly number[]) =>
  tensorError({
    code: 'trace-large-constant',
    message: `A constant tensor of ${length} different values [${shape.join(', ')}] was made while the step was being recorded for ONNX Runtime; at most ${largestConstant} may be, because they become part of the model and stay the same in every run.`,
    hint: 'Pass it to the step as an input. Random numbers (tf.randomUniform, tf.dropout) must come from inputs too: use `dropout` of this package.',
  })

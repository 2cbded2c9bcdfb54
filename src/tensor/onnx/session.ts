import ort from 'onnxruntime-node'
import type { Device, HostArray, HostArrays, Program, Specs, TensorSpec } from '../backend.types.ts'
import { checkFeeds, resultArrays } from '../feeds.ts'
import { tensorError } from '../tensor-error.ts'
import { inputName, outputName } from './encode.ts'

export interface SessionOptions {
  readonly threads: number
  readonly device: Device
}

/** Loads a model into ONNX Runtime and makes it callable on plain arrays. */
export async function openSession(
  model: Uint8Array,
  inputs: Specs,
  outputs: Specs,
  { threads, device }: SessionOptions,
): Promise<Program> {
  const session = await ort.InferenceSession.create(model, {
    // What CUDA has no kernel for, the CPU computes.
    executionProviders: device === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    intraOpNumThreads: threads,
    // A session's threads go on spinning for a while after a run: in the way of our own code, and of the next session, which a batch
    // of another length has. Without that a model that is asked in turns answers in 0.6 of the time, a training step takes 0.93 of it.
    extra: { session: { force_spinning_stop: '1' } },
    executionMode: 'sequential',
    // The graph is already rewritten. ONNX Runtime's own passes would share what is made twice on purpose, and so keep
    // large tensors from the forward pass to the backward pass.
    graphOptimizationLevel: 'disabled',
    // A plan of the whole step's memory, made at the second run, stays allocated beside what the first run used.
    enableMemPattern: false,
    logSeverityLevel: 3,
  }).catch((error: Error) => {
    throw device === 'cuda' ? cudaFailed(error) : error
  })
  const arraysFor = resultArrays(outputs)
  const feedTensor = tensorCache(inputs)
  const fetchTensor = tensorCache(outputs)
  return {
    inputs,
    outputs,
    async run(feeds, into = {}) {
      checkFeeds('input', inputs, feeds)
      checkFeeds('output', outputs, into, 'some')
      const results = arraysFor(into)
      await session.run(mapped(feeds, inputName, feedTensor), mapped(results, outputName, fetchTensor))
      return results
    },
    dispose: () => session.release(),
  }
}

const mapped = (
  arrays: HostArrays,
  rename: (name: string) => string,
  tensorOf: (name: string, array: HostArray) => ort.Tensor,
): Record<string, ort.Tensor> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [rename(name), tensorOf(name, array)]))

const cudaFailed = ({ message }: Error) =>
  tensorError({
    code: 'engine-failed',
    message: `ONNX Runtime could not be opened with its CUDA provider: ${message.trim()}`,
    hint: 'Set `device: cpu`; `sluice engines` says what CUDA lacks here.',
  })

/** Tensors over the caller's arrays. Callers pass the same arrays again and again: the last one of each name is kept. */
const tensorCache = (specs: Specs) => {
  const last = new Map<string, { readonly array: HostArray; readonly tensor: ort.Tensor }>()
  return (name: string, array: HostArray): ort.Tensor => {
    const known = last.get(name)
    if (known?.array === array) return known.tensor
    const tensor = tensorOver(specs[name]!, array)
    last.set(name, { array, tensor })
    return tensor
  }
}

const tensorOver = ({ dtype, shape }: TensorSpec, array: HostArray): ort.Tensor => new ort.Tensor(dtype, array, shape)

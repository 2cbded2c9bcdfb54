import type { Backend, Engine, HostArray, HostArrays, Program, Specs, TensorSpec, Tensors } from './backend.types.ts'
import { arrayFor, checkFeeds, resultArrays } from './feeds.ts'
import * as tf from './tf.ts'
import { withBackend } from './with-backend.ts'

/**
 * An engine that computes as it goes: the registered TensorFlow.js backend `name`. Compiling is then nothing but calling
 * the step once, on zeros, to learn its outputs.
 */
export const eagerBackend = (engine: Engine, name: string, description: string): Backend => ({
  engine,
  description,
  async compile(step, inputs) {
    const call = (feeds: HostArrays): Record<string, HostArray> =>
      withBackend(name, () => read(step(tensorsOf(inputs, feeds))))
    const outputs = withBackend(name, () => specsOf(step(tensorsOf(inputs, zeros(inputs)))))
    return program(inputs, outputs, call)
  },
  async dispose() {},
})

const program = (inputs: Specs, outputs: Specs, call: (feeds: HostArrays) => HostArrays): Program => {
  const arraysFor = resultArrays(outputs)
  return {
    inputs,
    outputs,
    async run(feeds, into = {}) {
      checkFeeds('input', inputs, feeds)
      checkFeeds('output', outputs, into, 'some')
      const results = arraysFor(into)
      for (const [name, values] of Object.entries(call(feeds))) results[name]!.set(values)
      return results
    },
    async dispose() {},
  }
}

const zeros = (specs: Specs): Record<string, HostArray> =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, arrayFor(spec)]))

const tensorsOf = (specs: Specs, feeds: HostArrays): Tensors =>
  Object.fromEntries(
    // The slice detaches the tensor from the caller's array, which the step's results may overwrite.
    Object.entries(specs).map(([name, { shape, dtype }]) => [name, tf.tensor(feeds[name]!.slice(), [...shape], dtype)]),
  )

const read = (tensors: Tensors): Record<string, HostArray> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync() as HostArray]))

const specsOf = (tensors: Tensors): Specs =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype } as TensorSpec]))

import type { Specs, Tensors } from '../backend.types.ts'
import { tensorError } from '../tensor-error.ts'
import * as tf from '../tf.ts'
import { withBackend } from '../with-backend.ts'
import { createGraph, type Graph, type Value } from './graph.ts'
import { registerLowerings } from './lowerings.ts'
import { createTracer, type Tracer, traceBackendName } from './trace-backend.ts'

/**
 * Records what `step` does with inputs of these shapes, by calling it once on tensors that have no values. Its gradients
 * are recorded too: TensorFlow.js computes them with the same kernels.
 *
 * @throws TensorError `trace-read`, `trace-kernel`, `trace-foreign-tensor`, `trace-large-constant` or `trace-nested`
 */
export function trace(step: (inputs: Tensors) => Tensors, inputs: Specs): Graph {
  if (tf.findBackendFactory(traceBackendName)) {
    throw tensorError({
      code: 'trace-nested',
      message: 'A step was compiled for ONNX Runtime from within a step that was being recorded.',
      hint: 'Compile the inner step before, or call it as a plain function.',
    })
  }
  registerLowerings()
  const graph = createGraph()
  const tracer = createTracer(graph)
  tf.registerBackend(traceBackendName, () => tracer)
  try {
    withBackend(traceBackendName, () => {
      for (const [name, tensor] of Object.entries(step(inputTensors(tracer, inputs)))) {
        graph.outputs.set(name, outputValue(graph, tracer.valueBehind(tensor)))
      }
    })
    return graph
  } catch (error) {
    throw explained(error)
  } finally {
    tf.removeBackend(traceBackendName)
  }
}

const inputTensors = (tracer: Tracer, inputs: Specs): Tensors =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [
      name,
      tf.engine().makeTensorFromTensorInfo(tracer.tensorOf(tracer.graph.input(name, shape, dtype))),
    ]),
  )

/** A value that a node makes and that no other output is: what ONNX lets an output be. */
const outputValue = (graph: Graph, value: Value): Value => {
  const solid = graph.solid(value)
  const taken = [...graph.outputs.values()].includes(solid)
  return solid.node && !taken ? solid : graph.op('Identity', [solid], solid.shape, solid.type, { again: true })
}

/** TensorFlow.js's own complaint about a kernel that a backend lacks, with the remedy; other errors as they are. */
const explained = (error: unknown): unknown => {
  const kernel = /^Kernel '(\w+)' not registered/.exec((error as Error)?.message ?? '')?.[1]
  if (!kernel) return error
  return tensorError({
    code: 'trace-kernel',
    message: `The step uses the TensorFlow.js kernel \`${kernel}\`, which has no counterpart for ONNX Runtime here.`,
    hint: `Write the step with other operations, add \`${kernel}\` to src/tensor/onnx/kernels, or choose another engine (\`engine: reference\` runs every kernel, slowly).`,
  })
}

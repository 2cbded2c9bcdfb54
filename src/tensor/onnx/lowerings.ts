import * as tf from '../tf.ts'
import { elementwise } from './kernels/elementwise.ts'
import { gather } from './kernels/gather.ts'
import type { Lowering } from './kernels/lowering.ts'
import { matmul } from './kernels/matmul.ts'
import { own } from './kernels/own.ts'
import { reduce } from './kernels/reduce.ts'
import { shape } from './kernels/shape.ts'
import { type Tracer, traceBackendName } from './trace-backend.ts'

/** How each TensorFlow.js kernel is written in ONNX nodes. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...elementwise,
  ...shape,
  ...reduce,
  ...matmul,
  ...gather,
  ...own,
}

/** Registers the table with TensorFlow.js, once. */
export function registerLowerings() {
  for (const [kernelName, lower] of Object.entries(lowerings)) {
    if (tf.getKernel(kernelName, traceBackendName)) continue
    tf.registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc({ inputs, attrs, backend }) {
        const { graph, valueBehind, tensorOf } = backend as Tracer
        const values = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, valueBehind(tensor!)]))
        const made = lower(graph, values, attrs ?? {})
        return Array.isArray(made) ? made.map(tensorOf) : tensorOf(made)
      },
    })
  }
}

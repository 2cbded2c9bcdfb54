import { availableParallelism } from 'node:os'
import ort from 'onnxruntime-node'
import type { Backend, BackendOptions, Device, Specs, TensorSpec } from '../backend.types.ts'
import { encodeModel } from './encode.ts'
import type { Graph } from './graph.ts'
import { optimise } from './optimise.ts'
import { openSession } from './session.ts'
import { trace } from './trace.ts'

/**
 * Opens the embedded engine: a step is recorded once as an ONNX model, which ONNX Runtime then runs every time. `run`
 * blocks the thread while it computes.
 */
export function openOnnx(device: Device, { threads = availableParallelism() }: BackendOptions = {}): Backend {
  const where = device === 'cuda' ? 'CUDA' : `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  return {
    engine: 'onnx',
    description: `onnx (ONNX Runtime ${ort.env.versions.node}, ${where})`,
    async compile(step, inputs) {
      const graph = optimise(trace(step, inputs))
      return await openSession(encodeModel(graph), inputs, outputSpecs(graph), { threads, device })
    },
    async dispose() {},
  }
}

const outputSpecs = (graph: Graph): Specs =>
  Object.fromEntries([...graph.outputs].map(([name, { shape, type }]) => [name, { shape, dtype: type } as TensorSpec]))

import type { Specs, Tensors } from '../backend.types.ts'
import { dataType, encodeModel } from './encode.ts'
import { type Dimension, generalise, symbolicShape } from './generalise.ts'
import type { Graph, Node, Value } from './graph.ts'
import { dropUnused } from './passes/edit.ts'
import { standardise } from './passes/standard.ts'
import { absorbSums } from './passes/sums.ts'
import { trace } from './trace.ts'

/** A function of tokens and weights that is to become a model of its own. */
export interface ExportRequest {
  /** Takes the inputs and the weights, by name. */
  readonly step: (inputs: Tensors) => Tensors
  /** Integers, `[batch, sequence]`; at least one. In the model they are int64. */
  readonly inputs: readonly string[]
  /** They become part of the model. */
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
}

/** The sizes of the two traces: primes, so that every number in them has one explanation. */
const sizes = { batch: [2, 3], sequence: [5, 7] } as const

/**
 * Writes a step as an ONNX model for batches of any number of rows of any length: opset 17 of the standard and nothing else,
 * so that any runtime computes it.
 */
export function exportModel({ step, inputs, weights }: ExportRequest): Uint8Array {
  const traced = (at: 0 | 1) => {
    const shape = [sizes.batch[at], sizes.sequence[at]]
    const tokens: Specs = Object.fromEntries(inputs.map(name => [name, { shape, dtype: 'int32' }]))
    const held = [...weights].map(([name, { shape }]) => [name, { shape, dtype: 'float32' }] as const)
    const graph = trace(step, { ...tokens, ...Object.fromEntries(held) })
    dropUnused(graph)
    return graph
  }
  const [graph, other] = [traced(0), traced(1)]
  const sizeAlong = (axis: number) => (graph: Graph) => {
    const shape = graph.op('Shape', [graph.inputs.get(inputs[0]!)!], [2], 'int64')
    return graph.op('Gather', [shape, graph.ints(axis)], [1], 'int64', { attributes: { axis: 0 } })
  }
  const dimensions: readonly Dimension[] = Object.entries(sizes).map(([name, sizes], axis) => ({
    name,
    sizes,
    value: sizeAlong(axis),
  }))
  const shapes = [...graph.outputs].map(([name, value]) => symbolicShape(value, other.outputs.get(name)!, dimensions))
  generalise(graph, other, dimensions)
  absorbSums(graph)
  dropUnused(graph)
  standardise(graph)
  const constantNames = holdWeights(graph, weights)
  takeLongs(graph)
  const symbols = dimensions.map(({ name }) => name)
  return encodeModel(graph, {
    irVersion: 8,
    opsets: [{ domain: '', version: 17 }],
    inputName: name => name,
    outputName: name => name,
    constantNames,
    dimensions: new Map([
      ...[...graph.inputs.values()].map(input => [input, symbols] as const),
      ...[...graph.outputs.values()].map((output, at) => [output, shapes[at]!] as const),
    ]),
  })
}

/** Makes constants of the inputs that weights are, and tells their names. */
function holdWeights(graph: Graph, weights: ExportRequest['weights']): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>()
  for (const [name, { data }] of weights) {
    const value = graph.inputs.get(name)!
    graph.inputs.delete(name)
    Object.assign(value, { constant: data })
    names.set(value, name)
  }
  return names
}

/** Lets inputs be int64, as everybody has token ids; what takes them gets them as int32, as before. */
function takeLongs(graph: Graph): void {
  const casts: Node[] = []
  for (const [name, value] of [...graph.inputs]) {
    graph.inputs.delete(name)
    const long = graph.input(name, value.shape, 'int64')
    const attributes = { to: dataType.int32 }
    value.node = { op: 'Cast', domain: '', inputs: [long], outputs: [value], attributes }
    casts.push(value.node)
  }
  graph.nodes.unshift(...casts)
}

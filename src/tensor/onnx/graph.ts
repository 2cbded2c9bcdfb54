import { broadcastShapes, sameShape, sizeOf } from '../shape.ts'

export type ElementType = 'float32' | 'int32' | 'int64' | 'uint32' | 'bool'
export type ElementArray = Float32Array | Int32Array | BigInt64Array | Uint32Array | Uint8Array
export type Attribute = number | string | readonly number[] | { readonly float: number }

/** A tensor of the graph: an input, a constant, what a node makes, or another value made larger by broadcasting. */
export interface Value {
  readonly id: number
  readonly shape: readonly number[]
  readonly type: ElementType
  /** The node that makes it; absent for inputs and constants. */
  node?: Node
  /** The content of a constant. */
  readonly constant?: ElementArray
  /** What this value is a broadcast of. It stays lazy: most consumers broadcast by themselves. */
  readonly source?: Value
}

/** One ONNX node. Rewrites change nodes in place. */
export interface Node {
  op: string
  domain: '' | 'com.microsoft'
  inputs: Value[]
  outputs: Value[]
  attributes: Record<string, Attribute>
}

/** A graph being recorded. `nodes` are in an order in which they can run. */
export interface Graph {
  nodes: Node[]
  readonly inputs: Map<string, Value>
  readonly outputs: Map<string, Value>
  input(name: string, shape: readonly number[], type: ElementType): Value
  /** A constant; equal small ones are shared. */
  constant(data: ElementArray, shape: readonly number[], type: ElementType): Value
  /** A rank-0 constant. */
  scalar(value: number, type: ElementType): Value
  /** A one-dimensional int64 constant, as ONNX takes shapes and axes. */
  ints(...values: readonly number[]): Value
  /** `value`, broadcast to `shape` where it is smaller. */
  broadcast(value: Value, shape: readonly number[]): Value
  /** The value itself, with a node that writes it out in full where it is a lazy broadcast. */
  solid(value: Value): Value
  /** Records a node with one output. A node that repeats an earlier one is not recorded again. */
  op(op: string, inputs: readonly Value[], shape: readonly number[], type: ElementType, options?: NodeOptions): Value
  /** Records a node with several outputs. */
  ops(op: string, inputs: readonly Value[], outputs: readonly OutputSpec[], options?: NodeOptions): Value[]
  /** Records a node that broadcasts as ONNX does: lazy operands stay as small as they are. */
  elementwise(op: string, inputs: readonly Value[], type: ElementType, options?: NodeOptions): Value
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly domain?: Node['domain']
  /** Record it even where an earlier node does the same: for what is cheaper to make again than to keep. */
  readonly again?: boolean
}
export type OutputSpec = readonly [shape: readonly number[], type: ElementType]

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint32: Uint32Array,
  bool: Uint8Array,
}

/** An array for a constant of this type. */
export const elementArray = (type: ElementType, values: ArrayLike<number>): ElementArray =>
  type === 'int64' ? BigInt64Array.from(Array.from(values, BigInt)) : arrays[type].from(values)

/** The number that every element of the value is known to be. */
export const uniform = (value: Value): number | undefined => {
  const { constant } = value.source ?? value
  return constant?.length === 1 ? Number(constant[0]) : undefined
}

const shareable = 64

export function createGraph(): Graph {
  let ids = 0
  const constants = new Map<string, Value>()
  const recorded = new Map<string, Node>()
  const value = (shape: readonly number[], type: ElementType, rest: Partial<Value> = {}): Value => ({
    id: ids++,
    shape,
    type,
    ...rest,
  })

  const graph: Graph = {
    nodes: [],
    inputs: new Map(),
    outputs: new Map(),
    input(name, shape, type) {
      const made = value(shape, type)
      graph.inputs.set(name, made)
      return made
    },
    constant(data, shape, type) {
      if (data.length > shareable) return value(shape, type, { constant: data })
      const key = `${type}|${shape}|${Array.from<number | bigint, string>(data, each => (Object.is(each, -0) ? '-0' : String(each)))}`
      const made = constants.get(key) ?? value(shape, type, { constant: data })
      constants.set(key, made)
      return made
    },
    scalar: (number, type) => graph.constant(elementArray(type, [number]), [], type),
    ints: (...values) => graph.constant(elementArray('int64', values), [values.length], 'int64'),
    broadcast(small, shape) {
      if (sameShape(small.shape, shape)) return small
      return value(shape, small.type, { source: small.source ?? small })
    },
    solid(lazy) {
      if (!lazy.source) return lazy
      return graph.op('Expand', [lazy.source, graph.ints(...lazy.shape)], lazy.shape, lazy.type)
    },
    op: (op, inputs, shape, type, options) => graph.ops(op, inputs, [[shape, type]], options)[0]!,
    ops(op, inputs, outputs, { attributes = {}, domain = '', again = false } = {}) {
      const solid = inputs.map(graph.solid)
      const key = `${domain}:${op}|${solid.map(each => each.id)}|${JSON.stringify(attributes)}|${outputs.length}`
      const known = again ? undefined : recorded.get(key)
      if (known) return known.outputs
      const node: Node = { op, domain, inputs: solid, outputs: [], attributes: { ...attributes } }
      node.outputs = outputs.map(([shape, type]) => value(shape, type, { node }))
      graph.nodes.push(node)
      recorded.set(key, node)
      return node.outputs
    },
    elementwise(op, inputs, type, options) {
      const small = inputs.map(each => each.source ?? each)
      const natural = small.map(each => each.shape).reduce(broadcastShapes)
      const full = inputs.map(each => each.shape).reduce(broadcastShapes)
      return graph.broadcast(graph.op(op, small, natural, type, options), full)
    },
  }
  return graph
}

/** How many elements a value has. */
export const elements = (value: Value): number => sizeOf(value.shape)

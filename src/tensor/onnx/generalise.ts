import { sameShape } from '../shape.ts'
import type { Graph, Node, Value } from './graph.ts'

/** A size that is not fixed: its name, what it was in each of two traces, and a value that has it when the model runs. */
export interface Dimension {
  readonly name: string
  readonly sizes: readonly [number, number]
  /** An int64 `[1]`. */
  value(graph: Graph): Value
}

/** A size as a multiple of dimensions: `factor` times the product of these. */
interface Product {
  readonly factor: number
  readonly dimensions: readonly Dimension[]
}

/**
 * Makes a graph that was recorded at certain sizes right for any. TensorFlow.js knows shapes as numbers, so a trace holds them
 * as constants; a second trace of the same step, at other sizes, tells which of them were sizes: those that differ. The sizes
 * are primes, so that each number has one explanation. In place of those constants the graph then computes them.
 *
 * @param other the same step, traced at the dimensions' second sizes
 */
export function generalise(graph: Graph, other: Graph, dimensions: readonly Dimension[]): void {
  const nodes = graph.nodes
  if (nodes.length !== other.nodes.length) throw unlike('the numbers of nodes')
  // What is recorded from here on computes sizes, and comes before all else.
  graph.nodes = []
  const [places, otherPlaces] = [placesOf(nodes), placesOf(other.nodes)]
  const sameWay = (input: Value, twin: Value) => places.get(input) === otherPlaces.get(twin)
  nodes.forEach((node, at) => {
    const twin = other.nodes[at]!
    if (!alike(node, twin) || !node.inputs.every((input, place) => sameWay(input, twin.inputs[place]!)))
      throw unlike(`node ${at} (${node.op}, ${twin.op})`)
    node.inputs = node.inputs.map((input, place) => {
      const same = twin.inputs[place]!
      if (!input.constant || equal(input, same)) return input
      if (input.type !== 'int64' || !sameShape(input.shape, same.shape))
        throw unlike(`a constant of node ${at} (${node.op})`)
      return sizesOf(graph, numbers(input), numbers(same), dimensions)
    })
  })
  graph.nodes.push(...nodes)
}

/** The sizes along the axes of a value, those that are not fixed by their names. */
export const symbolicShape = (
  value: Value,
  twin: Value,
  dimensions: readonly Dimension[],
): readonly (number | string)[] =>
  value.shape.map((length, axis) => {
    if (length === twin.shape[axis]) return length
    const { factor, dimensions: names } = explained(length, twin.shape[axis]!, dimensions)
    return [...(factor === 1 ? [] : [factor]), ...names.map(({ name }) => name)].join(' * ')
  })

/** Which node makes a value, by number. */
const placesOf = (nodes: readonly Node[]): ReadonlyMap<Value, number> =>
  new Map(nodes.flatMap((node, at) => node.outputs.map(value => [value, at] as const)))

const alike = (node: Node, twin: Node): boolean =>
  node.op === twin.op &&
  node.domain === twin.domain &&
  node.inputs.length === twin.inputs.length &&
  JSON.stringify(node.attributes) === JSON.stringify(twin.attributes)

const numbers = ({ constant }: Value): number[] => Array.from(constant as BigInt64Array, Number)

const equal = (a: Value, b: Value): boolean =>
  a.constant === b.constant ||
  (a.constant?.length === b.constant?.length && a.constant!.every((each, at) => Object.is(each, b.constant![at])))

/** A one-dimensional int64 value that holds these sizes when the model runs. */
function sizesOf(graph: Graph, sizes: readonly number[], others: readonly number[], dimensions: readonly Dimension[]) {
  const parts = sizes.map((size, at) =>
    size === others[at] ? graph.ints(size) : productOf(graph, explained(size, others[at]!, dimensions)),
  )
  if (parts.length === 1) return parts[0]!
  return graph.op('Concat', parts, [parts.length], 'int64', { attributes: { axis: 0 } })
}

const productOf = (graph: Graph, { factor, dimensions }: Product): Value => {
  const factors = [...dimensions.map(each => each.value(graph)), ...(factor === 1 ? [] : [graph.ints(factor)])]
  return factors.reduce((product, each) => graph.op('Mul', [product, each], [1], 'int64'))
}

/** The product of dimensions that a number is in both traces. */
function explained(size: number, other: number, dimensions: readonly Dimension[]): Product {
  const found: Dimension[] = []
  let [rest, otherRest] = [size, other]
  for (const dimension of dimensions) {
    const [one, two] = dimension.sizes
    while (rest % one === 0 && otherRest % two === 0) {
      rest /= one
      otherRest /= two
      found.push(dimension)
    }
  }
  if (rest !== otherRest) throw unlike(`a size, ${size} and ${other}`)
  return { factor: rest, dimensions: found }
}

const unlike = (what: string) =>
  new Error(`Two traces of one step at different sizes differ in ${what}: what it computes depends on the sizes.`)

import { type Graph, type Node, uniform, type Value } from '../graph.ts'
import { isProduct, multiply, type Uses, usesIn } from './edit.ts'

/**
 * Lets matrix products absorb multiplications by a constant, behind or before them, also across operations that a
 * factor passes through: each saves a pass over the tensor.
 */
export function absorbFactors(graph: Graph) {
  const uses = usesIn(graph)
  for (const node of graph.nodes) {
    const scaled = scaling(node)
    if (!scaled) continue
    const { value, factor } = scaled
    const [result] = node.outputs as [Value]
    const takers = takingProducts(uses, result)
    const maker = takers ? undefined : makingProduct(uses, value)
    if (!takers && !maker) continue
    for (const product of takers ?? []) multiply(product, 'alpha', factor)
    if (maker) {
      multiply(maker, 'alpha', factor)
      if (maker.inputs.length > 2) multiply(maker, 'beta', factor)
    }
    uses.setInputs(node, [])
    uses.redirect(result, value)
  }
}

/** What a multiplication by a constant multiplies. */
const scaling = (node: Node): { readonly value: Value; readonly factor: number } | undefined => {
  if (node.op !== 'Mul' || node.outputs[0]!.type !== 'float32') return undefined
  const [a, b] = node.inputs as [Value, Value]
  for (const [value, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const factor = uniform(other)
    if (factor !== undefined && other.shape.length === 0 && uniform(value) === undefined) return { value, factor }
  }
  return undefined
}

/** The products that multiply a value, where nothing else takes it; operations that let factors through may lie between. */
const takingProducts = (uses: Uses, value: Value): readonly Node[] | undefined => {
  const takers = uses.of(value)
  if (takers.length === 0 || uses.isOutput(value)) return undefined
  const found: Node[] = []
  for (const node of takers) {
    const products = isProduct(node) ? multiplied(node, value) : through(node) && takingProducts(uses, node.outputs[0]!)
    if (!products) return undefined
    found.push(...products)
  }
  // Where a node takes the value twice, or is reached in two ways, the constant would count twice.
  return distinct(takers) && distinct(found) ? found : undefined
}

const distinct = (nodes: readonly Node[]): boolean => new Set(nodes).size === nodes.length

/** The product, if the value is one of its factors and not what it adds. */
const multiplied = (product: Node, value: Value): readonly Node[] | undefined =>
  product.inputs[2] === value ? undefined : [product]

/** The product that makes a value, where nothing else takes what it makes on the way. */
const makingProduct = (uses: Uses, value: Value): Node | undefined => {
  const { node } = value
  if (!node || !uses.single(value)) return undefined
  if (isProduct(node)) return node
  if (!through(node)) return undefined
  const factors = node.op === 'Mul' ? node.inputs : node.inputs.slice(0, 1)
  return factors.map(factor => makingProduct(uses, factor)).find(product => product !== undefined)
}

const through = ({ op }: Node): boolean => op === 'Reshape' || op === 'Transpose' || op === 'Mul'

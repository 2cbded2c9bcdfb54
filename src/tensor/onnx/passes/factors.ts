import { type Graph, type Node, uniform, type Value } from '../graph.ts'
import { consumers, isOutput, isProduct, multiplyAlpha, replace } from './edit.ts'

/**
 * Lets matrix products absorb multiplications by a constant, before or behind them, also across operations that a
 * factor passes through: each saves a pass over the tensor. Runs before additions are absorbed, because a factor
 * would have to reach those too.
 */
export function absorbFactors(graph: Graph) {
  for (const node of [...graph.nodes]) {
    const scaled = scaling(node)
    if (!scaled) continue
    const uses = consumers(graph)
    const products = productsBehind(graph, uses, node.outputs[0]!) ?? productBefore(graph, uses, scaled.value)
    if (!products) continue
    for (const product of products) multiplyAlpha(product, scaled.factor)
    replace(graph, node.outputs[0]!, scaled.value)
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

/** The products that take a value, where nothing else does: through reshapes, transposes and element-wise factors too. */
const productsBehind = (graph: Graph, uses: Map<Value, Node[]>, value: Value): Node[] | undefined => {
  const takers = uses.get(value) ?? []
  if (takers.length === 0 || isOutput(graph, value)) return undefined
  const products: Node[] = []
  for (const node of takers) {
    const times = node.inputs.filter(each => each === value).length
    if (times > 1) return undefined
    const further = isProduct(node) ? plain(node) : letsThrough(node) && productsBehind(graph, uses, node.outputs[0]!)
    if (!further) return undefined
    products.push(...further)
  }
  // A product that takes the value on both sides would need the factor squared.
  return new Set(products).size === products.length ? products : undefined
}

/** The product that alone makes a value, where nothing else takes what it makes on the way. */
const productBefore = (graph: Graph, uses: Map<Value, Node[]>, value: Value): Node[] | undefined => {
  const { node } = value
  if (!node || uses.get(value)?.length !== 1 || isOutput(graph, value)) return undefined
  if (isProduct(node)) return plain(node)
  if (!letsThrough(node)) return undefined
  const factors = node.op === 'Mul' ? node.inputs : node.inputs.slice(0, 1)
  for (const factor of factors) {
    const product = productBefore(graph, uses, factor)
    if (product) return product
  }
  return undefined
}

/** The product, if it adds nothing that would have to be multiplied too. */
const plain = (product: Node): Node[] | undefined => (product.inputs.length === 2 ? [product] : undefined)

const letsThrough = ({ op }: Node): boolean => op === 'Reshape' || op === 'Transpose' || op === 'Mul'

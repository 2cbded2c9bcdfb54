import type { BatchMatMulAttrs } from '@tensorflow/tfjs-core'
import { broadcastShapes } from '../../shape.ts'
import { type Lowering, lowering } from './lowering.ts'

/** Rows and columns of a matrix as the product sees it. */
const sides = (shape: readonly number[], transposed: boolean): readonly [number, number] => {
  const [rows, columns] = shape.slice(-2) as [number, number]
  return transposed ? [columns, rows] : [rows, columns]
}

export const matmul: Record<string, Lowering> = {
  /** A plain matrix product becomes a Gemm, which can take a bias; a batched one a FusedMatMul, which can take a factor. */
  BatchMatMul: lowering<'a' | 'b', BatchMatMulAttrs>((graph, { a, b }, { transposeA, transposeB }) => {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: 1 } }
    const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2))
    const shape = [...batch, sides(a.shape, transposeA)[0], sides(b.shape, transposeB)[1]]
    return batch.length === 0
      ? graph.op('Gemm', [a, b], shape, a.type, { attributes })
      : graph.op('FusedMatMul', [a, b], shape, a.type, { attributes, domain: 'com.microsoft' })
  }),
}

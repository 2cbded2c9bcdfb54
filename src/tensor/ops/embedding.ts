import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'
import { withGradient } from './with-gradient.ts'

/**
 * Rows of a table by their indices.
 *
 * @param table [rows, width] float32
 * @param indices int32 of any shape, each in [0, rows)
 * @param padding the row that gets no gradient, as in `torch.nn.Embedding(padding_idx)`
 * @returns [...indices.shape, width]
 */
export function embedding(table: Tensor, indices: Tensor, padding?: number): Tensor {
  const [rows, width] = table.shape as [number, number]
  const flat = tf.reshape(indices, [-1])
  const looked = withGradient([table], ([table], save) => {
    save([flat])
    return {
      value: tf.gather(table, flat),
      gradient: (dy, [flat]) => [
        tf.scatterND(tf.expandDims(flat!, -1), withoutPadding(dy, flat!, padding), [rows, width]),
      ],
    }
  })
  return tf.reshape(looked, [...indices.shape, width])
}

const withoutPadding = (dy: Tensor, flat: Tensor, padding: number | undefined): Tensor => {
  if (padding === undefined) return dy
  const real = tf.notEqual(flat, tf.scalar(padding, 'int32'))
  return tf.mul(dy, tf.expandDims(tf.cast(real, 'float32'), -1))
}

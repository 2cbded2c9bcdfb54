import { exportModel } from '../tensor/onnx/export.ts'
import * as tf from '../tensor/tf.ts'
import type { Model } from './model.types.ts'
import { networkOf } from './networks.ts'

/**
 * A network with its weights as an ONNX model, as `transformers` exports one: `input_ids`, `attention_mask` and, where the
 * network looks at segments, `token_type_ids`, int64 `[batch, sequence]`, to `start_logits` and `end_logits`.
 */
export async function onnxModel({ config, weights }: Pick<Model, 'config' | 'weights'>): Promise<Uint8Array> {
  const network = networkOf(config)
  const { spanLogits } = await network.load()
  const segmented = network.limits(config).segments !== undefined
  const names = [...network.weights(config).keys()]
  return exportModel({
    inputs: ['input_ids', 'attention_mask', ...(segmented ? ['token_type_ids'] : [])],
    weights: new Map(names.map(name => [name, weights.get(name)!])),
    step({ input_ids, attention_mask, token_type_ids, ...weights }) {
      const words = tf.gather(weights[network.words]!, input_ids!)
      // A network without segments does not look at them.
      const batch = { words, mask: attention_mask!, segments: token_type_ids ?? attention_mask! }
      const { start, end } = spanLogits(config, weights, batch)
      return { start_logits: start, end_logits: end }
    },
  })
}

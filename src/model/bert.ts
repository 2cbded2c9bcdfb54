// BERT (Devlin et al., arXiv:1810.04805) with the span head of SQuAD: weights named and shaped as in `transformers`.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from '../tensor/backend.types.ts'
import { gelu } from '../tensor/ops/gelu.ts'
import * as tf from '../tensor/tf.ts'
import { type BertConfig, bertConfig } from './bert-config.ts'
import { layersOf } from './layers.ts'
import type { ModelConfig, SpanLogits, TokenBatch } from './network.types.ts'

/** Logits of an answer's first and last token, each `[batch, length]`; with `seed` (int32 `[1]`) dropout is on. */
export function spanLogits(config: ModelConfig, weights: Tensors, batch: TokenBatch, seed?: Tensor): SpanLogits {
  const c = bertConfig(config)
  const { linear, norm, dropout, attention, spanLogits } = layersOf(weights, batch, seed)
  const drop = (x: Tensor) => dropout(x, c.hidden_dropout_prob)
  const normed = (x: Tensor, name: string) => norm(x, `${name}.LayerNorm`, c.layer_norm_eps)

  let x = drop(normed(embeddings(c, weights, batch), 'bert.embeddings'))
  for (let layer = 0; layer < c.num_hidden_layers; layer++) {
    const name = `bert.encoder.layer.${layer}`
    const [query, key, value] = ['query', 'key', 'value'].map(part => linear(x, `${name}.attention.self.${part}`))
    const context = attention(query!, key!, value!, c.num_attention_heads, c.attention_probs_dropout_prob)
    const attended = linear(context, `${name}.attention.output.dense`)
    x = normed(tf.add(drop(attended), x), `${name}.attention.output`)
    const inner = gelu(linear(x, `${name}.intermediate.dense`))
    x = normed(tf.add(drop(linear(inner, `${name}.output.dense`)), x), `${name}.output`)
  }
  return spanLogits(x)
}

/** The sum of each token's word, segment and position vectors, `[batch × length, hidden]`. */
function embeddings(c: BertConfig, weights: Tensors, { words, segments }: TokenBatch): Tensor {
  const table = (name: string) => weights[`bert.embeddings.${name}_embeddings.weight`]!
  const kinds = tf.oneHot(tf.reshape(segments, [-1]), c.type_vocab_size, 1, 0, 'float32')
  const segment = tf.reshape(tf.matMul(kinds, table('token_type')), words.shape)
  const position = tf.slice(table('position'), [0, 0], words.shape.slice(1))
  return tf.reshape(tf.add(tf.add(words, segment), position), [-1, c.hidden_size])
}

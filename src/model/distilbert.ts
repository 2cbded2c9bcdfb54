// DistilBERT (Sanh et al., arXiv:1910.01108) with the span head of SQuAD: weights named and shaped as in `transformers`. It
// differs from BERT in its names, in having no segments, and in where it drops out.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from '../tensor/backend.types.ts'
import { gelu } from '../tensor/ops/gelu.ts'
import * as tf from '../tensor/tf.ts'
import { distilBertConfig } from './distilbert-config.ts'
import { layersOf } from './layers.ts'
import type { ModelConfig, SpanLogits, TokenBatch } from './network.types.ts'

/** Fixed in `transformers`. */
const EPSILON = 1e-12

/** Logits of an answer's first and last token, each `[batch, length]`; with `seed` (int32 `[1]`) dropout is on. */
export function spanLogits(config: ModelConfig, weights: Tensors, batch: TokenBatch, seed?: Tensor): SpanLogits {
  const c = distilBertConfig(config)
  const { linear, norm, dropout, attention, spanLogits } = layersOf(weights, batch, seed)
  const normed = (x: Tensor, name: string) => norm(x, name, EPSILON)

  const positions = tf.slice(
    weights['distilbert.embeddings.position_embeddings.weight']!,
    [0, 0],
    batch.words.shape.slice(1),
  )
  const embedded = tf.reshape(tf.add(batch.words, positions), [-1, c.dim])
  let x = dropout(normed(embedded, 'distilbert.embeddings.LayerNorm'), c.dropout)
  for (let layer = 0; layer < c.n_layers; layer++) {
    const name = `distilbert.transformer.layer.${layer}`
    const [query, key, value] = ['q', 'k', 'v'].map(part => linear(x, `${name}.attention.${part}_lin`))
    const context = attention(query!, key!, value!, c.n_heads, c.attention_dropout)
    x = normed(tf.add(linear(context, `${name}.attention.out_lin`), x), `${name}.sa_layer_norm`)
    const inner = gelu(linear(x, `${name}.ffn.lin1`))
    x = normed(tf.add(dropout(linear(inner, `${name}.ffn.lin2`), c.dropout), x), `${name}.output_layer_norm`)
  }
  return spanLogits(dropout(x, c.qa_dropout))
}

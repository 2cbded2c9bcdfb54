// BERT (Devlin et al., arXiv:1810.04805) with the span head of SQuAD: weights named and shaped as in `transformers`.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from '../tensor/backend.types.ts'
import { type AttentionDropout, attention as dotProductAttention } from '../tensor/ops/attention.ts'
import { dropout } from '../tensor/ops/dropout.ts'
import { gelu } from '../tensor/ops/gelu.ts'
import { layerNorm } from '../tensor/ops/layer-norm.ts'
import * as tf from '../tensor/tf.ts'
import { type BertConfig, bertConfig } from './bert-config.ts'
import { maskBias } from './mask-bias.ts'
import type { ModelConfig, SpanLogits, TokenBatch } from './network.types.ts'

/** Logits of an answer's first and last token, each `[batch, length]`; with `seed` (int32 `[1]`) dropout is on. */
export function spanLogits(config: ModelConfig, weights: Tensors, batch: TokenBatch, seed?: Tensor): SpanLogits {
  const c = bertConfig(config)
  const [rows, length] = batch.mask.shape as [number, number]
  const tokens = rows * length
  const place = dropoutPlaces(seed)
  const hiddenDrop = (x: Tensor) => {
    const here = place(c.hidden_dropout_prob)
    return here ? dropout(x, here.rate, here.seed, here.site) : x
  }
  const linear = (x: Tensor, name: string) =>
    tf.add(tf.matMul(x, weights[`${name}.weight`]!, false, true), weights[`${name}.bias`]!)
  const norm = (x: Tensor, name: string) =>
    layerNorm(x, weights[`${name}.weight`]!, weights[`${name}.bias`]!, c.layer_norm_eps)
  const attentionBias = tf.reshape(maskBias(batch.mask), [rows, 1, 1, length])
  const attend = attention(c, rows, length, attentionBias, () => place(c.attention_probs_dropout_prob))

  // Activations are matrices [tokens, hidden] throughout; only attention looks at rows and heads.
  const embedded = tf.reshape(embeddings(c, weights, batch), [tokens, c.hidden_size])
  let x = hiddenDrop(norm(embedded, 'bert.embeddings.LayerNorm'))
  for (let layer = 0; layer < c.num_hidden_layers; layer++) {
    const name = `bert.encoder.layer.${layer}`
    const [query, key, value] = ['query', 'key', 'value'].map(part => linear(x, `${name}.attention.self.${part}`))
    const attended = linear(attend(query!, key!, value!), `${name}.attention.output.dense`)
    x = norm(tf.add(hiddenDrop(attended), x), `${name}.attention.output.LayerNorm`)
    const inner = gelu(linear(x, `${name}.intermediate.dense`))
    x = norm(tf.add(hiddenDrop(linear(inner, `${name}.output.dense`)), x), `${name}.output.LayerNorm`)
  }
  const [start, end] = tf.unstack(tf.transpose(tf.reshape(linear(x, 'qa_outputs'), [rows, length, 2]), [2, 0, 1]))
  return { start: start!, end: end! }
}

/** The sum of each token's word, segment and position vectors, `[batch, length, hidden]`. */
function embeddings(c: BertConfig, weights: Tensors, { words, segments }: TokenBatch): Tensor {
  const table = (name: string) => weights[`bert.embeddings.${name}_embeddings.weight`]!
  const kinds = tf.oneHot(tf.reshape(segments, [-1]), c.type_vocab_size, 1, 0, 'float32')
  const segment = tf.reshape(tf.matMul(kinds, table('token_type')), words.shape)
  const position = tf.slice(table('position'), [0, 0], words.shape.slice(1))
  return tf.add(tf.add(words, segment), position)
}

/** Multi-head attention from and to `[tokens, hidden]`. */
function attention(
  c: BertConfig,
  rows: number,
  length: number,
  bias: Tensor,
  place: () => AttentionDropout | undefined,
) {
  const heads = c.num_attention_heads
  const width = c.hidden_size / heads
  const split = (x: Tensor, order: number[]) => tf.transpose(tf.reshape(x, [rows, length, heads, width]), order)
  return (query: Tensor, key: Tensor, value: Tensor): Tensor => {
    const [q, k, v] = [split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1]), split(value, [0, 2, 3, 1])]
    const context = dotProductAttention(q, k, v, bias, place())
    return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * length, c.hidden_size])
  }
}

/** The places in the network where something is dropped, numbered in the order in which they are asked for. */
function dropoutPlaces(seed: Tensor | undefined) {
  let site = 0
  return (rate: number): AttentionDropout | undefined => (seed ? { rate, seed, site: site++ } : undefined)
}

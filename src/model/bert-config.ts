import { checkConfig, count, integer, numbersOf, only, positive, rate } from './config-rules.ts'
import type { ConfigProblem, ModelConfig, NetworkLimits } from './network.types.ts'

const numbers = {
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  max_position_embeddings: count,
  type_vocab_size: { ...integer(2, ' (question and document are segments 0 and 1)'), default: 2 },
  hidden_dropout_prob: { ...rate, default: 0.1 },
  attention_probs_dropout_prob: { ...rate, default: 0.1 },
  layer_norm_eps: { ...positive, default: 1e-12 },
  initializer_range: { ...positive, default: 0.02 },
  pad_token_id: { ...integer(0), default: 0 },
}
/** What is only computed in one way. */
const fixed = {
  hidden_act: only('gelu'),
  position_embedding_type: only('absolute'),
  is_decoder: only(false),
}

/** What of a `config.json` BERT's computation depends on, under its own names. */
export type BertConfig = Readonly<Record<keyof typeof numbers, number>>

/** Everything in a `config.json` that this implementation of BERT cannot compute with; empty where all is well. */
export const checkBertConfig = (config: ModelConfig): readonly ConfigProblem[] =>
  checkConfig(config, { ...numbers, ...fixed }, { width: 'hidden_size', heads: 'num_attention_heads' })

/** The fields that the computation depends on, defaults filled in; the config must have passed `checkBertConfig`. */
export const bertConfig = (config: ModelConfig): BertConfig => numbersOf(config, numbers)

/** The fields that bound BERT's inputs. */
export const bertLimitFields = {
  vocabulary: 'vocab_size',
  length: 'max_position_embeddings',
  segments: 'type_vocab_size',
} as const

export function bertLimits(config: ModelConfig): NetworkLimits {
  const { vocab_size, max_position_embeddings, type_vocab_size } = bertConfig(config)
  return { vocabulary: vocab_size, length: max_position_embeddings, segments: type_vocab_size }
}

/** Numbers that one token is on its way through BERT, up to a constant. */
export function bertTokenSize(config: ModelConfig): number {
  const { hidden_size, num_hidden_layers } = bertConfig(config)
  return hidden_size * num_hidden_layers
}

import { checkConfig, count, integer, numbersOf, only, positive, rate } from './config-rules.ts'
import type { ConfigProblem, ModelConfig, NetworkLimits } from './network.types.ts'

const numbers = {
  vocab_size: count,
  dim: count,
  n_layers: count,
  n_heads: count,
  hidden_dim: count,
  max_position_embeddings: count,
  dropout: { ...rate, default: 0.1 },
  attention_dropout: { ...rate, default: 0.1 },
  qa_dropout: { ...rate, default: 0.1 },
  initializer_range: { ...positive, default: 0.02 },
  pad_token_id: { ...integer(0), default: 0 },
}
/** What is only computed in one way. */
const fixed = {
  activation: only('gelu'),
  sinusoidal_pos_embds: only(false),
}

/** What of a `config.json` DistilBERT's computation depends on, under its own names. */
export type DistilBertConfig = Readonly<Record<keyof typeof numbers, number>>

/** Everything in a `config.json` that this implementation of DistilBERT cannot compute with; empty where all is well. */
export const checkDistilBertConfig = (config: ModelConfig): readonly ConfigProblem[] =>
  checkConfig(config, { ...numbers, ...fixed }, { width: 'dim', heads: 'n_heads' })

/** The fields that the computation depends on, defaults filled in; the config must have passed `checkDistilBertConfig`. */
export const distilBertConfig = (config: ModelConfig): DistilBertConfig => numbersOf(config, numbers)

/** The fields that bound DistilBERT's inputs: it has no segments. */
export const distilBertLimitFields = { vocabulary: 'vocab_size', length: 'max_position_embeddings' } as const

export function distilBertLimits(config: ModelConfig): NetworkLimits {
  const { vocab_size, max_position_embeddings } = distilBertConfig(config)
  return { vocabulary: vocab_size, length: max_position_embeddings }
}

/** Numbers that one token is on its way through DistilBERT, up to a constant. */
export function distilBertTokenSize(config: ModelConfig): number {
  const { dim, n_layers } = distilBertConfig(config)
  return dim * n_layers
}

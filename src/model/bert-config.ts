import type { ConfigProblem, ModelConfig, NetworkLimits } from './network.types.ts'

/** What of a `config.json` BERT's computation depends on, under its own names. */
export interface BertConfig {
  readonly vocab_size: number
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly intermediate_size: number
  readonly max_position_embeddings: number
  readonly type_vocab_size: number
  readonly hidden_dropout_prob: number
  readonly attention_probs_dropout_prob: number
  readonly layer_norm_eps: number
  readonly initializer_range: number
  readonly pad_token_id: number
}

interface Rule {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
  /** What `transformers` takes where the field is left out; none: it is required. */
  readonly default?: unknown
}

const count: Rule = {
  expected: 'an integer of at least 1',
  fits: value => Number.isSafeInteger(value) && Number(value) >= 1,
}
const rate: Rule = {
  expected: 'a number from 0 to below 1',
  fits: value => typeof value === 'number' && value >= 0 && value < 1,
}
const positive: Rule = {
  expected: 'a number above 0',
  fits: value => typeof value === 'number' && value > 0 && value < Infinity,
}
const only = (...values: readonly unknown[]): Rule => ({
  expected: values.map(value => JSON.stringify(value)).join(' or '),
  fits: value => values.includes(value),
  default: values[0],
})

const rules: Readonly<Record<keyof BertConfig | 'hidden_act' | 'position_embedding_type' | 'is_decoder', Rule>> = {
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  max_position_embeddings: count,
  type_vocab_size: {
    expected: 'an integer of at least 2 (question and document are segments 0 and 1)',
    fits: value => Number.isSafeInteger(value) && Number(value) >= 2,
    default: 2,
  },
  hidden_dropout_prob: { ...rate, default: 0.1 },
  attention_probs_dropout_prob: { ...rate, default: 0.1 },
  layer_norm_eps: { ...positive, default: 1e-12 },
  initializer_range: { ...positive, default: 0.02 },
  pad_token_id: {
    expected: 'an integer of at least 0',
    fits: value => Number.isSafeInteger(value) && Number(value) >= 0,
    default: 0,
  },
  hidden_act: only('gelu'),
  position_embedding_type: only('absolute'),
  is_decoder: only(false),
}

/** Everything in a `config.json` that this implementation of BERT cannot compute with; empty where all is well. */
export function checkBertConfig(config: ModelConfig): readonly ConfigProblem[] {
  const wrong = Object.entries(rules).flatMap(([field, rule]) => {
    const value = config[field] ?? rule.default
    if (rule.fits(value)) return []
    return [{ field, message: `\`${field}\`: expected ${rule.expected}, found ${found(value)}` }]
  })
  if (wrong.length > 0) return wrong
  const { hidden_size: size, num_attention_heads: heads } = bertConfig(config)
  if (size % heads === 0) return []
  return [
    {
      field: 'hidden_size',
      message: `\`hidden_size\`: expected a multiple of the ${heads} attention heads, found ${size}`,
    },
  ]
}

/** The fields that the computation depends on, defaults filled in; the config must have passed `checkBertConfig`. */
export function bertConfig(config: ModelConfig): BertConfig {
  const value = (field: keyof BertConfig) => Number(config[field] ?? rules[field].default)
  return {
    vocab_size: value('vocab_size'),
    hidden_size: value('hidden_size'),
    num_hidden_layers: value('num_hidden_layers'),
    num_attention_heads: value('num_attention_heads'),
    intermediate_size: value('intermediate_size'),
    max_position_embeddings: value('max_position_embeddings'),
    type_vocab_size: value('type_vocab_size'),
    hidden_dropout_prob: value('hidden_dropout_prob'),
    attention_probs_dropout_prob: value('attention_probs_dropout_prob'),
    layer_norm_eps: value('layer_norm_eps'),
    initializer_range: value('initializer_range'),
    pad_token_id: value('pad_token_id'),
  }
}

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

const found = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))

import { distilBertConfig } from './distilbert-config.ts'
import type { ModelConfig, WeightSpecs } from './network.types.ts'
import { weightList } from './weight-list.ts'

/** The table that token ids are looked up in. */
export const distilBertWords = 'distilbert.embeddings.word_embeddings.weight'

/** The weights of DistilBERT with a question-answering head, as in `transformers`' DistilBertForQuestionAnswering. */
export function distilBertWeights(config: ModelConfig): WeightSpecs {
  const { dim, hidden_dim, n_layers, vocab_size, max_position_embeddings, pad_token_id } = distilBertConfig(config)
  const { specs, table, norm, dense } = weightList()
  const embeddings = 'distilbert.embeddings'
  table(`${embeddings}.word_embeddings`, vocab_size, dim, pad_token_id)
  table(`${embeddings}.position_embeddings`, max_position_embeddings, dim)
  norm(`${embeddings}.LayerNorm`, dim)
  for (let layer = 0; layer < n_layers; layer++) {
    const prefix = `distilbert.transformer.layer.${layer}`
    for (const part of ['q', 'k', 'v', 'out']) dense(`${prefix}.attention.${part}_lin`, dim, dim)
    norm(`${prefix}.sa_layer_norm`, dim)
    dense(`${prefix}.ffn.lin1`, hidden_dim, dim)
    dense(`${prefix}.ffn.lin2`, dim, hidden_dim)
    norm(`${prefix}.output_layer_norm`, dim)
  }
  dense('qa_outputs', 2, dim)
  return specs
}

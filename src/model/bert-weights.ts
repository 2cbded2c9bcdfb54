import { bertConfig } from './bert-config.ts'
import type { ModelConfig, WeightSpecs } from './network.types.ts'
import { weightList } from './weight-list.ts'

/** The table that token ids are looked up in. */
export const bertWords = 'bert.embeddings.word_embeddings.weight'

/** The weights of BERT with a question-answering head, named, shaped and ordered as in `transformers`' BertForQuestionAnswering. */
export function bertWeights(config: ModelConfig): WeightSpecs {
  const c = bertConfig(config)
  const hidden = c.hidden_size
  const { specs, table, norm, dense } = weightList()
  const embeddings = 'bert.embeddings'
  table(`${embeddings}.word_embeddings`, c.vocab_size, hidden, c.pad_token_id)
  table(`${embeddings}.position_embeddings`, c.max_position_embeddings, hidden)
  table(`${embeddings}.token_type_embeddings`, c.type_vocab_size, hidden)
  norm(`${embeddings}.LayerNorm`, hidden)
  for (let layer = 0; layer < c.num_hidden_layers; layer++) {
    const prefix = `bert.encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) dense(`${prefix}.attention.self.${part}`, hidden, hidden)
    dense(`${prefix}.attention.output.dense`, hidden, hidden)
    norm(`${prefix}.attention.output.LayerNorm`, hidden)
    dense(`${prefix}.intermediate.dense`, c.intermediate_size, hidden)
    dense(`${prefix}.output.dense`, hidden, c.intermediate_size)
    norm(`${prefix}.output.LayerNorm`, hidden)
  }
  dense('qa_outputs', 2, hidden)
  return specs
}

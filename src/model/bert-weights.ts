import { bertConfig } from './bert-config.ts'
import type { ModelConfig, WeightSpec, WeightSpecs } from './network.types.ts'

/** The table that token ids are looked up in. */
export const bertWords = 'bert.embeddings.word_embeddings.weight'

/** The weights of BERT with a question-answering head, named, shaped and ordered as in `transformers`' BertForQuestionAnswering. */
export function bertWeights(config: ModelConfig): WeightSpecs {
  const c = bertConfig(config)
  const hidden = c.hidden_size
  const specs = new Map<string, WeightSpec>()
  const table = (name: string, rows: number) =>
    specs.set(`${name}.weight`, { shape: [rows, hidden], start: 'normal', decay: true })
  const norm = (name: string) => {
    specs.set(`${name}.weight`, { shape: [hidden], start: 'ones', decay: false })
    specs.set(`${name}.bias`, { shape: [hidden], start: 'zeros', decay: false })
  }
  const dense = (name: string, outputs: number, inputs: number) => {
    specs.set(`${name}.weight`, { shape: [outputs, inputs], start: 'normal', decay: true })
    specs.set(`${name}.bias`, { shape: [outputs], start: 'zeros', decay: false })
  }

  const embeddings = 'bert.embeddings'
  specs.set(bertWords, {
    shape: [c.vocab_size, hidden],
    start: 'normal',
    decay: true,
    paddingRow: c.pad_token_id,
  })
  table(`${embeddings}.position_embeddings`, c.max_position_embeddings)
  table(`${embeddings}.token_type_embeddings`, c.type_vocab_size)
  norm(`${embeddings}.LayerNorm`)
  for (let layer = 0; layer < c.num_hidden_layers; layer++) {
    const prefix = `bert.encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) dense(`${prefix}.attention.self.${part}`, hidden, hidden)
    dense(`${prefix}.attention.output.dense`, hidden, hidden)
    norm(`${prefix}.attention.output.LayerNorm`)
    dense(`${prefix}.intermediate.dense`, c.intermediate_size, hidden)
    dense(`${prefix}.output.dense`, hidden, c.intermediate_size)
    norm(`${prefix}.output.LayerNorm`)
  }
  dense('qa_outputs', 2, hidden)
  return specs
}

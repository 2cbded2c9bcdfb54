import { CONFIG, SPECIAL_TOKENS, TOKENIZER_CONFIG, VOCAB } from './file-names.ts'
import type { Model } from './model.types.ts'
import type { ModelConfig, Network } from './network.types.ts'

const specialTokens = {
  cls_token: '[CLS]',
  mask_token: '[MASK]',
  pad_token: '[PAD]',
  sep_token: '[SEP]',
  unk_token: '[UNK]',
}

/** The small files of a model's folder in Hugging Face form, by name: all but the weights. */
export const modelFiles = ({
  config,
  tokenizer,
}: Pick<Model, 'config' | 'tokenizer'>): Readonly<Record<string, string>> => ({
  [CONFIG]: json(config),
  [SPECIAL_TOKENS]: json(specialTokens),
  [TOKENIZER_CONFIG]: json({
    ...specialTokens,
    do_lower_case: tokenizer.do_lower_case,
    model_max_length: config.max_position_embeddings,
    strip_accents: null,
    tokenize_chinese_chars: true,
    tokenizer_class: 'BertTokenizer',
  }),
  [VOCAB]: tokenizer.vocab.map(token => `${token}\n`).join(''),
})

/** The configuration of a network that has been trained here: with the span head, and in float32. */
export function trainedConfig(network: Network, config: ModelConfig): ModelConfig {
  const { torch_dtype: _, dtype: __, ...rest } = config
  return { ...rest, architectures: [network.architecture], dtype: 'float32' }
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

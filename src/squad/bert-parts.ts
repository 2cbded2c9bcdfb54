import { Tokenizer } from '@huggingface/tokenizers'

/** The parts of BERT's tokenizer, to be used one by one. (The package's own types cannot be resolved by Node's rules.) */
export interface BertParts {
  readonly normalizer: { normalize(text: string): string }
  readonly pre_tokenizer: { pre_tokenize_text(text: string): string[] }
  readonly model: { tokens_to_ids: ReadonlyMap<string, number>; encode(words: readonly string[]): string[] }
}

/** Hugging Face's BERT tokenizer, made of the settings that a `tokenizer.json` would hold. */
export function bertParts(vocab: ReadonlyMap<string, number>, lowercase: boolean): BertParts {
  const parts: BertParts = new Tokenizer(
    {
      added_tokens: [],
      normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: null,
      decoder: null,
      model: {
        type: 'WordPiece',
        vocab: {},
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
    },
    {},
  )
  // It would make this same Map of an object of 30,000 tokens.
  parts.model.tokens_to_ids = vocab
  return parts
}

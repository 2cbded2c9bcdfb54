import type { Model } from './model.types.ts'

/** The special tokens that every tokenizer of BERT's has. */
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

/**
 * The `tokenizer.json` of BERT's tokenizer, as `transformers` writes it for its fast tokenizers: what cuts a text into pieces,
 * and puts `[CLS]` and `[SEP]` around them, in transformers.js and in Python alike.
 */
export function tokenizerJson({ vocab, do_lower_case }: Model['tokenizer']): string {
  // Of a token that stands twice the later line counts.
  const ids = new Map(vocab.map((token, id) => [token, id]))
  const token = (content: string) => ({ SpecialToken: { id: content, type_id: 0 } })
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } })
  const last = { SpecialToken: { id: '[SEP]', type_id: 1 } }
  const parts = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special
      .map(content => ({
        id: ids.get(content)!,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: do_lower_case,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [token('[CLS]'), sequence('A', 0), token('[SEP]')],
      pair: [token('[CLS]'), sequence('A', 0), token('[SEP]'), sequence('B', 1), last],
      special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map(id => [id, { id, ids: [ids.get(id)!], tokens: [id] }])),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      // `__proto__` is a word, too: an own key here.
      vocab: Object.fromEntries(ids),
    },
  }
  return `${JSON.stringify(parts, null, 2)}\n`
}

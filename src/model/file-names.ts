// The files of a model folder in Hugging Face form.

export const CONFIG = 'config.json'
export const SPECIAL_TOKENS = 'special_tokens_map.json'
export const TOKENIZER_CONFIG = 'tokenizer_config.json'
export const VOCAB = 'vocab.txt'
export const WEIGHTS = 'model.safetensors'

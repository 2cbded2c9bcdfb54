// Light on purpose: describing, reading and writing models loads no tensor library.

export { checkLimits, type Limits, limitFacts, limitsFrom, limitsOf } from './check-limits.ts'
export { flush } from './flush.ts'
export { initialWeights } from './initial-weights.ts'
export type { Weight, Weights } from './model.types.ts'
export { Model } from './model-artifact.ts'
export { modelFiles, SPECIAL_TOKENS, trainedConfig } from './model-files.ts'
export { CONFIG, checkModelFolder, type Described, TOKENIZER_CONFIG, VOCAB, WEIGHTS } from './model-folder.ts'
export type { ConfigProblem, ModelConfig, Network, WeightSpec, WeightSpecs } from './network.types.ts'
export { networkOf, networks } from './networks.ts'
export { type Files, readModelFolder, readStart } from './read-model.ts'
export { openSafetensors, type SafetensorsFile } from './safetensors-read.ts'
export { writeSafetensors } from './safetensors-write.ts'

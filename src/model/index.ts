// Light on purpose: describing, reading and writing models loads no tensor library.

export { checkLimits, type Limits, limitFacts, limitsFrom, limitsOf } from './check-limits.ts'
export { CONFIG, SPECIAL_TOKENS, TOKENIZER_CONFIG, VOCAB, WEIGHTS } from './file-names.ts'
export { flush } from './flush.ts'
export { initialWeights } from './initial-weights.ts'
export type { Weight, Weights } from './model.types.ts'
export { Model } from './model-artifact.ts'
export { modelFiles, trainedConfig } from './model-files.ts'
export { checkModelFolder, type Described } from './model-folder.ts'
export type { ConfigProblem, ModelConfig, Network, WeightSpec, WeightSpecs } from './network.types.ts'
export { networkOf, networks } from './networks.ts'
export {
  checkOutputFolder,
  type OutputFiles,
  type OutputForm,
  writeOutputFolder,
  writeRefusals,
} from './output-folder.ts'
export { type Files, readModelFolder, readStart } from './read-model.ts'
export { openSafetensors, type SafetensorsFile } from './safetensors-read.ts'
export { writeSafetensors } from './safetensors-write.ts'
export { tokenizerJson } from './tokenizer-json.ts'
export { type LogRecord, TrainingLog } from './training-log.ts'

import type { onnxModel as write } from './onnx-model.ts'

/** See `onnxModel` of onnx-model.ts: recording a network takes a tensor library. */
export const onnxModel: typeof write = async model => (await import('./onnx-model.ts')).onnxModel(model)

// Light on purpose: nothing here loads TensorFlow.js or ONNX Runtime before an engine is opened. Code that makes tensors
// is loaded lazily by its callers and imports `./tf.ts` and `./ops/`.

export { type OpenedBackend, openBackend } from './backend.ts'
export type {
  Backend,
  BackendOptions,
  Engine,
  EngineChoice,
  HostArray,
  HostArrays,
  Program,
  Specs,
  TensorSpec,
  Tensors,
} from './backend.types.ts'
export type { ChosenEngine, EngineProbe, TensorflowPackage } from './engine.ts'
export { checkEngine, chooseEngine, probeEngines, tensorflowPackages } from './engine.ts'
export type { TensorError, TensorErrorCode, TensorProblem } from './tensor-error.ts'
export { isTensorError, tensorError } from './tensor-error.ts'

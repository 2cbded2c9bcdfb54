// Light on purpose: nothing here loads TensorFlow.js or ONNX Runtime before an engine is opened. Code that makes tensors
// is loaded lazily by its callers and imports `./tf.ts` and `./ops/`.

export { type OpenedBackend, type OpenOptions, openBackend } from './backend.ts'
export type {
  Backend,
  BackendOptions,
  ChosenEngine,
  Device,
  DeviceChoice,
  Engine,
  EngineChoice,
  HostArray,
  HostArrays,
  Program,
  Specs,
  TensorSpec,
  Tensors,
} from './backend.types.ts'
export type { Choice, EngineProblem, EngineSettings } from './engine.ts'
export { chooseEngine } from './engine.ts'
export { checkEngine, coresOf, type EngineInKey, engineInKey, plannedEngine } from './engine-of-stage.ts'
export { type EngineState, engineCommands } from './engines-command.ts'
export type { Look } from './probe/look.ts'
export type { EngineRecord, TensorflowPackage } from './probe/record.ts'
export { probeEngines, tensorflowPackages } from './probe/record.ts'
export type { TensorError, TensorErrorCode, TensorProblem } from './tensor-error.ts'
export { isTensorError, tensorError } from './tensor-error.ts'

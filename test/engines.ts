// The engines that tests run on: those that are ours, and TensorFlow where a folder with it is given.
import type { ChosenEngine, Engine, EngineChoice } from '../src/tensor/backend.types.ts'
import { expectEngine } from '../src/tensor/engine.ts'
import { lookFrom } from '../src/tensor/probe/look.ts'
import { probeEngines } from '../src/tensor/probe/record.ts'

/** A folder with `@tensorflow/tfjs-node` installed. */
export const tensorflowFolder: string | undefined = process.env.SLUICE_TFJS_NODE || undefined
export const withTensorflow = tensorflowFolder !== undefined
/** For the name of a test that is skipped without it. */
export const needsTensorflow = 'needs SLUICE_TFJS_NODE, a folder with @tensorflow/tfjs-node'

export const engines: readonly Engine[] = ['reference', 'onnx', ...(withTensorflow ? (['tensorflow'] as const) : [])]

/** What to open for an engine: its name says enough of those that are ours. */
export const choiceOf = (engine: Engine): EngineChoice | ChosenEngine =>
  engine === 'tensorflow' ? expectEngine({ engine, device: 'cpu' }, probeEngines(lookFrom(tensorflowFolder))) : engine

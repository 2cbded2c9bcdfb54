import type { Backend, BackendOptions, ChosenEngine, DeviceChoice, EngineChoice } from './backend.types.ts'
import { expectEngine } from './engine.ts'
import { lookFrom } from './probe/look.ts'
import { probeEngines } from './probe/record.ts'

export interface OpenedBackend {
  readonly backend: Backend
  /** For people: which engine was taken, and why. */
  readonly why: string
}

export interface OpenOptions extends BackendOptions {
  readonly device?: DeviceChoice
  /** Where the optional TensorFlow packages are looked for, before they are beside this package. */
  readonly resolveFrom?: string
}

/**
 * Opens an engine that was chosen before, or the one that a choice stands for on this machine.
 * @throws TensorError for a choice that this machine cannot meet, and where a native library cannot be loaded
 */
export async function openBackend(
  choice: EngineChoice | ChosenEngine,
  options: OpenOptions = {},
): Promise<OpenedBackend> {
  const { device, resolveFrom } = options
  const chosen =
    typeof choice === 'object' ? choice : expectEngine({ engine: choice, device }, probeEngines(lookFrom(resolveFrom)))
  return { backend: await open(chosen, options), why: chosen.why }
}

/** Each engine's libraries are loaded when it is taken, and not before. */
async function open(chosen: ChosenEngine, options: BackendOptions): Promise<Backend> {
  switch (chosen.engine) {
    case 'onnx':
      return (await import('./onnx/backend.ts')).openOnnx(chosen.device, options)
    case 'reference':
      return (await import('./reference.ts')).openReference()
    case 'tensorflow':
      return (await import('./tensorflow/backend.ts')).openTensorflow(chosen, options)
  }
}

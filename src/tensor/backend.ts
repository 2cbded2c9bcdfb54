import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Backend, BackendOptions, EngineChoice } from './backend.types.ts'
import { chooseEngine, probeEngines } from './engine.ts'

export interface OpenedBackend {
  readonly backend: Backend
  /** For people: which engine was taken, and why. */
  readonly why: string
}

/** Where the optional TensorFlow packages are looked for: beside the pipeline first, then beside this package. */
export interface OpenOptions extends BackendOptions {
  readonly resolveFrom?: string
}

/**
 * Opens the engine that `choice` stands for on this machine.
 * @throws TensorError `engine-not-installed` where `tensorflow` is asked for without its package
 */
export async function openBackend(choice: EngineChoice, options: OpenOptions = {}): Promise<OpenedBackend> {
  const find = (packageName: string) => resolve(packageName, options.resolveFrom)
  const probe = probeEngines(packageName => find(packageName) !== undefined)
  const { engine, why } = chooseEngine(choice, probe)
  // Each engine's libraries are loaded when it is taken, and not before.
  switch (engine) {
    case 'onnx':
      return { backend: (await import('./onnx/backend.ts')).openOnnx(options), why }
    case 'reference':
      return { backend: (await import('./reference.ts')).openReference(), why }
    case 'tensorflow':
      return { backend: (await import('./tensorflow.ts')).openTensorflow(find(probe.tensorflow!)!), why }
  }
}

/** The main file of a package as seen from `folder`, else from here. */
const resolve = (name: string, folder?: string): string | undefined => {
  for (const from of [folder && join(folder, 'package.json'), import.meta.url]) {
    try {
      if (from) return createRequire(from).resolve(name)
    } catch {}
  }
  return undefined
}

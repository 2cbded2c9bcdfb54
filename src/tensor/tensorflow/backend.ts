import { createRequire } from 'node:module'
import type { Backend, BackendOptions, ChosenEngine } from '../backend.types.ts'
import { eagerBackend } from '../eager.ts'
import { tensorError } from '../tensor-error.ts'
import * as tf from '../tf.ts'
import { registerKernels } from './kernels.ts'
import type { NativeBackend } from './native.types.ts'

/**
 * Opens TensorFlow through an installed package. Its kernels join the registries of our copy of TensorFlow.js, which are
 * global. The number of threads counts when TensorFlow is opened first in a process.
 * @throws TensorError `engine-failed` where the package's native library cannot be loaded, or takes no CUDA device
 */
export function openTensorflow(chosen: ChosenEngine, { threads }: BackendOptions = {}): Backend {
  // Both TensorFlow.js and TensorFlow would otherwise print lines of their own.
  tf.enableProdMode()
  const told = {
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    ...(threads !== undefined && { TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1' }),
  }
  const { binding, isUsingGpuDevice } = withEnvironment(told, () => load(chosen))
  if (chosen.device === 'cuda' && !isUsingGpuDevice) throw noDevice(chosen.package)
  registerKernels(name)
  const device = isUsingGpuDevice ? 'CUDA' : 'CPU'
  const versions = `TensorFlow.js ${tf.version_core}, TensorFlow ${binding.TF_Version}`
  return eagerBackend('tensorflow', name, `tensorflow (${versions}, ${device})`)
}

/** The name under which the packages register themselves. */
const name = 'tensorflow'

/** TensorFlow reads these once, when it is loaded; programs that are started later must not see them. */
const withEnvironment = <T>(variables: Readonly<Record<string, string>>, work: () => T): T => {
  const { env } = process
  const before = Object.keys(variables).map(key => [key, env[key]] as const)
  Object.assign(env, variables)
  try {
    return work()
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) delete env[key]
      else env[key] = value
    }
  }
}

const load = ({ package: packageName, folder }: ChosenEngine): NativeBackend => {
  try {
    createRequire(import.meta.url)(folder ?? packageName)
    const backend = tf.findBackend(name) as NativeBackend | null
    if (!backend) throw new Error('it registered no backend')
    return backend
  } catch (error) {
    throw tensorError({
      code: 'engine-failed',
      message: `The engine \`tensorflow\` could not be loaded from ${folder ?? packageName}: ${(error as Error).message}`,
      hint: 'Install the package again with a Node version that it supports (22 or older), or set `engine: auto`.',
    })
  }
}

const noDevice = (packageName: string) =>
  tensorError({
    code: 'engine-failed',
    message: `The engine \`tensorflow\` was opened with \`${packageName}\` for a CUDA device, but TensorFlow took none.`,
    hint: 'Run `TF_CPP_MIN_LOG_LEVEL=0 sluice engines` to see what it says, or set `device: cpu`.',
  })

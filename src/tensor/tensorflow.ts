import { createRequire } from 'node:module'
import type { Backend } from './backend.types.ts'
import { eagerBackend } from './eager.ts'
import { tensorError } from './tensor-error.ts'
import * as tf from './tf.ts'

/**
 * Opens TensorFlow through the installed package whose main file is `path`. Its kernels join the registries of our copy
 * of TensorFlow.js, which are global.
 * @throws TensorError `engine-failed` where the package's native library cannot be loaded
 */
export function openTensorflow(path: string): Backend {
  // Both would otherwise print lines of their own.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  tf.enableProdMode()
  try {
    createRequire(import.meta.url)(path)
  } catch (error) {
    throw tensorError({
      code: 'engine-failed',
      message: `The engine \`tensorflow\` could not be loaded from ${path}: ${(error as Error).message}`,
      hint: 'Install the package again with a Node version that it supports (22 or older), or set `engine: auto`.',
    })
  }
  return eagerBackend('tensorflow', 'tensorflow', `tensorflow (TensorFlow.js ${tf.version_core}, native)`)
}

import '@tensorflow/tfjs-backend-cpu'
import type { Backend } from './backend.types.ts'
import { eagerBackend } from './eager.ts'
import * as tf from './tf.ts'

/** Opens the slow, obviously right engine: TensorFlow.js's own kernels in plain JavaScript. */
export function openReference(): Backend {
  // Its first use prints a banner that recommends another package; this flag does nothing but silence such lines.
  tf.enableProdMode()
  return eagerBackend('reference', 'cpu', `reference (TensorFlow.js ${tf.version_core}, plain JavaScript, 1 thread)`)
}

import * as tf from './tf.ts'

/**
 * Calls `work` with a registered TensorFlow.js backend as the current one, puts the previous one back whatever happens,
 * and disposes of every tensor that `work` made. The current backend is global, so `work` must be synchronous.
 */
export function withBackend<T>(name: string, work: () => T): T {
  const before = tf.getBackend()
  // Asynchronous by its type alone: a backend whose factory is synchronous is current when this returns.
  void tf.setBackend(name)
  tf.engine().startScope(name)
  try {
    return work()
  } finally {
    tf.engine().endScope()
    if (before && before !== name) void tf.setBackend(before)
  }
}

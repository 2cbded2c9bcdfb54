import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { checkData } from './check-data.ts'
import { computeLogits } from './logits.ts'
import type { InferHooks, InferRequest, InferResult, StopSignal } from './training.types.ts'

/**
 * Computes every row's logits in this thread: see `infer`, which does it in a thread of its own.
 * @throws TensorError; TrainingError `logits-not-finite`; the signal's reason where it is aborted
 */
export async function inferHere(
  { config, weights, data, batch_size, engine, threads }: InferRequest,
  hooks: InferHooks<StopSignal> = {},
): Promise<InferResult> {
  const network = networkOf(config)
  checkData(data, network, config)
  const { backend, why } = await openBackend(engine, { threads })
  hooks.say?.(`${why}; ${backend.description}`)
  try {
    const arrays = Object.fromEntries([...network.weights(config).keys()].map(name => [name, weights.get(name)!.data]))
    return await computeLogits(backend, { network, config, weights: arrays, data, batch_size }, hooks)
  } finally {
    await backend.dispose()
  }
}

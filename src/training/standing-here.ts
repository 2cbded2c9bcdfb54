import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { checkData } from './check-data.ts'
import { logitsWith, type ProgramFor } from './logits.ts'
import { logitPrograms, type Programs } from './programs.ts'
import type { Standing, StandingRequest } from './training.types.ts'

/** How many programs are kept. Each has memory of its own, and a model sees few sizes and lengths again and again. */
const KEPT = 24

/**
 * Opens a model in this thread, to compute logits of one set of rows after the other: see `openModel`, which does it in a
 * thread of its own.
 * @throws TensorError
 */
export async function standingHere(
  { config, weights, engine, threads }: StandingRequest,
  say?: (message: string) => void,
): Promise<Standing> {
  const network = networkOf(config)
  const { backend, why } = await openBackend(engine, { threads })
  say?.(`${why}; ${backend.description}`)
  const arrays = Object.fromEntries([...network.weights(config).keys()].map(name => [name, weights.get(name)!.data]))
  const { programFor, dispose } = keptPrograms(size => logitPrograms(backend, network, config, size))
  return {
    async infer(data, batch_size, signal) {
      checkData(data, network, config)
      const request = { network, config, weights: arrays, data, batch_size }
      return logitsWith((rows, length) => programFor(Math.min(batch_size, powerOfTwo(rows)), length), request, {
        signal,
      })
    },
    async close() {
      await dispose()
      await backend.dispose()
    },
  }
}

/** The smallest power of two that is no less. */
const powerOfTwo = (number: number): number => 2 ** Math.ceil(Math.log2(number))

/** Programs for one size and length after the other, of which those that were used last are kept. */
function keptPrograms(make: (size: number) => Promise<Programs>): {
  readonly programFor: ProgramFor
  dispose(): Promise<void>
} {
  const kept = new Map<string, Promise<Programs>>()
  const drop = async (key: string) => {
    const programs = kept.get(key)
    kept.delete(key)
    await (await programs)?.dispose()
  }
  return {
    async programFor(size, length) {
      const key = `${size} ${length}`
      const programs = kept.get(key) ?? make(size)
      // A map is in the order of insertion: the least recently used comes first.
      kept.delete(key)
      kept.set(key, programs)
      if (kept.size > KEPT) await drop(kept.keys().next().value!)
      return { program: await (await programs).get(length), size }
    },
    async dispose() {
      for (const key of [...kept.keys()]) await drop(key)
    },
  }
}

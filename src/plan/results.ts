import { createHash } from 'node:crypto'
import type { Plan } from './plan.ts'

/**
 * By stage, a digest of all that its result depends on and that is known before anything runs. (The key in the cache has
 * contents in place of what makes them, so results that differ here may yet come out as one.)
 */
export const resultsOf = ({ stages }: Plan): ReadonlyMap<string, string> => {
  const results = new Map<string, string>()
  for (const { name, definition, code, keyConfig, machine, inputs, recorded, locations } of stages) {
    const record = {
      stage: definition.name,
      version: definition.version,
      code,
      config: keyConfig,
      machine,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([port, from]) => [port, [results.get(from.stage), from.port]]),
      ),
      recorded: recorded?.stages.map(each => [each, results.get(each)]),
      files: locations.filter(({ output }) => !output).map(({ pointer, path }) => [pointer, path]),
    }
    results.set(name, createHash('sha256').update(inKeyOrder(record)).digest('hex'))
  }
  return results
}

/** As JSON; the order in which a map was written says nothing. */
export const inKeyOrder = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

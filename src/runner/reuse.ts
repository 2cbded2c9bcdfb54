import type { Entry } from '../cache/draft.ts'
import type { Use } from '../cache/history.ts'
import type { Emit } from './events.ts'

/** Says that a stage's result, found in `ms`, is taken from the cache, and says again what the stage said when it was made. */
export const tellReused = (emit: Emit, stage: string, { manifest }: Entry, ms: number): void => {
  for (const each of manifest.said) {
    if (each.say === 'warn') emit({ event: 'log', stage, level: 'warn', message: each.message, reused: true })
    else emit({ event: 'result', stage, name: each.name, value: each.value, reused: true })
  }
  emit({ event: 'stage', name: stage, status: 'cached', ms, ...sizeOf(manifest) })
}

/** Of what is in the cache: a stage that only writes elsewhere has nothing there. */
export const sizeOf = ({ bytes, outputs }: Entry['manifest']) => (Object.keys(outputs).length > 0 ? { bytes } : {})

/** What the history keeps of a result that a run has made or reused. */
export const useOf = ({ key, manifest: { record, files } }: Entry): Use => ({
  key,
  record,
  files,
  time: new Date().toISOString(),
})

/** Since a time of `performance.now()`, in whole milliseconds. */
export const since = (time: number): number => Math.round(performance.now() - time)

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** The folder of large oracles and real data that is kept outside the repository, or `undefined` where it is not here. */
export const sharedFolder: string | undefined = [
  process.env.SLUICE_SHARED,
  fileURLToPath(new URL('../../shared', import.meta.url)),
].find(folder => folder !== undefined && existsSync(folder))

/** True where the oracles are here; tests that need them use `describe.runIf(hasShared)`. */
export const hasShared = sharedFolder !== undefined

/** Absolute path of a file of the oracles. */
export const shared = (path: string): string => `${sharedFolder}/${path}`

/** Its bytes, unpacked where the name ends in `.gz`. */
export function sharedBytes(path: string): Buffer {
  const bytes = readFileSync(shared(path))
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

export const sharedJson = <T>(path: string): T => JSON.parse(sharedBytes(path).toString('utf8')) as T

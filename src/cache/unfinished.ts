import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeBelow } from './folder-size.ts'
import { namesIn } from './look-up.ts'
import { readScratchList, type ScratchList, scratchFolder } from './scratch.ts'
import type { Store } from './store.ts'

/** What an interrupted run has left for the next one to go on from: checkpoints. */
export interface Unfinished {
  readonly staticKey: string
  readonly dir: string
  readonly bytes: number
  /** When something in it was last written (ISO 8601). */
  readonly used: string
  /** None where it is damaged: nobody can go on from there. */
  readonly list: ScratchList | undefined
}

/** All of it, the largest first. */
export const listUnfinished = async (store: Store): Promise<Unfinished[]> => {
  const unfinished: Unfinished[] = []
  for (const staticKey of await namesIn(scratchFolder(store))) {
    for (const attempt of await readdir(scratchFolder(store, staticKey)).catch(() => [])) {
      const dir = join(scratchFolder(store, staticKey), attempt)
      const { bytes, changed } = await sizeBelow(dir)
      const list = await readScratchList(dir)
      unfinished.push({ staticKey, dir, bytes, used: new Date(changed).toISOString(), list })
    }
  }
  return unfinished.sort((a, b) => b.bytes - a.bytes)
}

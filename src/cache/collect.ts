import { compare } from './canonical.ts'
import { readClaims, type User } from './claims.ts'
import { sizeBelow } from './folder-size.ts'
import { type Doomed, doomedCheckpoints, doomedResult, findGarbage } from './garbage.ts'
import { list } from './list.ts'
import { claimsFolder, type Store } from './store.ts'
import { listUnfinished } from './unfinished.ts'

export interface Limits {
  /** Results and checkpoints that were last used before this moment (ms since 1970) go. */
  readonly usedBefore?: number | undefined
  /** The least recently used go until the whole cache folder is no larger. */
  readonly maxBytes?: number | undefined
}

/** What is to go, in this order, and what would have to go but is in use. */
export interface Collection {
  readonly doomed: readonly Doomed[]
  readonly used: readonly InUse[]
  /** Of the whole cache folder. */
  readonly bytes: number
}

export interface InUse {
  readonly doomed: Doomed
  readonly usedBy: User
}

/**
 * Decides what is to go: garbage in any case (`more` adds to it what other rooms know of), then what the limits say.
 * Looks only.
 */
export const planCollection = async (
  store: Store,
  { usedBefore, maxBytes }: Limits,
  more: readonly Doomed[] = [],
): Promise<Collection> => {
  const results = await list(store)
  const unfinished = await listUnfinished(store)
  const claims = await readClaims(claimsFolder(store))
  const { bytes } = await sizeBelow(store.folder)
  const doomed: Doomed[] = []
  const used: InUse[] = []
  let left = bytes
  const doom = (each: Doomed): void => {
    const usedBy = claims.get(each.claim ?? '')
    if (usedBy !== undefined) return void used.push({ doomed: each, usedBy })
    doomed.push(each)
    left -= each.bytes
  }
  for (const each of [...(await findGarbage(store, results, unfinished)), ...more]) doom(each)

  const garbage = new Set([...doomed, ...used.map(each => each.doomed)].map(({ path }) => path))
  const candidates = [
    ...results.map(each => ({ ...each, doom: (why: string) => doomedResult(each, why) })),
    ...unfinished.map(each => ({ ...each, doom: (why: string) => doomedCheckpoints(each, why) })),
  ]
    .filter(({ dir }) => !garbage.has(dir))
    .sort((a, b) => compare(a.used, b.used) || compare(a.dir, b.dir))
  for (const each of candidates) {
    if (usedBefore !== undefined && Date.parse(each.used) < usedBefore) doom(await each.doom('not used for so long'))
    else if (maxBytes !== undefined && left > maxBytes) doom(await each.doom('least recently used'))
  }
  return { doomed, used, bytes }
}

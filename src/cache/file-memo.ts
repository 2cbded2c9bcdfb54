import { type BigIntStats, readdirSync, statSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { setImmediate as breath } from 'node:timers/promises'
import { digestOf } from './canonical.ts'
import { type HashedFile, hashFile, identity } from './hash-file.ts'
import { memoText, readDigests } from './memo-file.ts'

/** Digests of files, remembered for as long as the files do not change. */
export interface FileMemo {
  /**
   * SHA-256 (hex) of a file's content; of a folder, that of the names and digests of all files in it; null where there
   * is nothing. Errors: code ECHANGING where a file changes while it is read, ENOTFILE for pipes and devices, EHOLDSMEMO
   * for a folder that the memo's own folder lies in.
   */
  digest(path: string): Promise<string | null>
  /** Remembers digests that are known already: for this process at least, where the memo cannot be written. */
  remember(files: readonly HashedFile[]): Promise<void>
}

/**
 * A file changed twice within one tick of the file system's clock looks unchanged to `stat`. So a digest is remembered
 * only of a file that had been left alone for this long when it was read (ticks are 2 s on FAT, some ms on others).
 */
const settledMs = 2000n

/** Above this size, the older half of the remembered lines is dropped. */
const largestMemo = 8e6

export interface MemoOptions {
  readonly rehash: boolean
  readonly write: boolean
  /** Otherwise no file is read: an error with the code EUNKNOWN for one whose digest is not remembered. */
  readonly read?: boolean
}

/**
 * Opens the memo kept in `file`, one line a digest. It is only appended to: a line that a killed process left half
 * written is passed over, and two processes at once do each other no harm. `rehash` looks at no remembered digest but
 * those of this process; without `write` nothing is written.
 */
export const openMemo = (file: string, { rehash, write, read = true }: MemoOptions): FileMemo => {
  let loaded: Promise<Known> | undefined
  const ownFolder = (): string | undefined => {
    const stats = statOf(dirname(file))
    return stats && place(stats)
  }
  const known = () => (loaded ??= rehash ? Promise.resolve(knownBeside()) : load(file, write))

  const remember = async (files: readonly HashedFile[]): Promise<void> => {
    const digests = await known()
    const fresh = files.filter(({ stats, digest }) => digests.get(identity(stats)) !== digest)
    if (fresh.length === 0) return
    for (const { stats, digest } of fresh) digests.set(identity(stats), digest)
    // The leading line break ends what a killed process may have left.
    const lines = fresh.map(({ stats, ...each }) => `\n${memoText({ identity: identity(stats), ...each })}\n`)
    if (write) await appendFile(file, lines.join('')).catch(onlyMemo)
  }
  const digestBelow = async (path: string, around: readonly string[], stats = statOf(path)): Promise<string | null> => {
    const now = BigInt(Date.now())
    if (stats === undefined) return null
    if (stats.isDirectory()) return folderDigest(path, place(stats), around)
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is neither a file nor a folder`), { code: 'ENOTFILE' })
    const remembered = (await known()).get(identity(stats))
    if (remembered !== undefined) return remembered
    if (!read) throw Object.assign(new Error(`no digest of ${path} is remembered`), { code: 'EUNKNOWN' })
    const hashed = await hashFile(path)
    if (isSettled(hashed.stats, now)) await remember([hashed])
    return hashed.digest
  }
  const folderDigest = async (path: string, here: string, around: readonly string[]): Promise<string> => {
    // A link to a folder around it: what is in there is being looked at already.
    const levels = around.indexOf(here)
    if (levels >= 0) return `a link ${levels + 1} up`
    if (here === ownFolder()) throw Object.assign(new Error(`${file} is in ${path}`), { code: 'EHOLDSMEMO' })
    const names = readdirSync(path).sort()
    const digests: [string, string | null][] = []
    const { get } = await known()
    for (const name of names) {
      const each = `${path}${sep}${name}`
      const stats = statOf(each)
      // Asked here and now: of thousands of files, a promise each takes longer than all the rest.
      const remembered = stats?.isFile() ? get(identity(stats)) : undefined
      digests.push([name, remembered ?? (await digestBelow(each, [here, ...around], stats))])
      if (digests.length % 1000 === 0) await breath()
    }
    return digestOf(digests)
  }
  return { digest: path => digestBelow(path, []), remember }
}

/** The memo only saves time: where it cannot be written, everything is as right as it was. */
const onlyMemo = (): void => {}

/** What tells one folder from all others, by whatever path it is reached. */
const place = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

const isSettled = ({ mtimeNs, ctimeNs }: BigIntStats, now: bigint): boolean => {
  const changed = (mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n
  return now - changed > settledMs
}

/** Digests by identity. */
interface Known {
  get(identity: string): string | undefined
  set(identity: string, digest: string): void
}

/** What is known beside the digests in a file: those of this process. */
const knownBeside = (get: Known['get'] = () => undefined): Known => {
  const own = new Map<string, string>()
  return {
    get: identity => own.get(identity) ?? get(identity),
    set: (identity, digest) => void own.set(identity, digest),
  }
}

const load = async (file: string, write: boolean): Promise<Known> => {
  const { get, text } = readDigests(file)
  // Lines that another process appends at this moment are lost: it will hash those files once more.
  if (write && text.length > largestMemo)
    await writeFile(file, text.slice(text.indexOf('\n', text.length - largestMemo / 2))).catch(onlyMemo)
  return knownBeside(get)
}

// Synchronous: a trip to a thread and back takes ten times as long as the call, and a folder may hold thousands.
const statOf = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return undefined
    throw error
  }
}

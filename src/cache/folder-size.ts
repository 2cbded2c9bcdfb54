import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface FolderSize {
  readonly bytes: number
  /** When something in it was last written (ms since 1970). */
  readonly changed: number
}

/** The size of a file, or of all files below a folder. What vanishes meanwhile, or cannot be read, counts nothing. */
export const sizeBelow = async (path: string): Promise<FolderSize> => {
  const stats = await lstat(path).catch(() => undefined)
  if (stats === undefined) return { bytes: 0, changed: 0 }
  if (!stats.isDirectory()) return { bytes: stats.size, changed: stats.mtimeMs }
  const names = await readdir(path).catch(() => [])
  let { mtimeMs: changed } = stats
  let bytes = 0
  for (const name of names) {
    const below = await sizeBelow(join(path, name))
    bytes += below.bytes
    changed = Math.max(changed, below.changed)
  }
  return { bytes, changed }
}

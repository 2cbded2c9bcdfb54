import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

const blockBytes = 1 << 20

/** SHA-256 (hex) of an open file from its start. The next block is read while one is hashed. */
export const hashHandle = async (handle: FileHandle): Promise<string> => {
  const hash = createHash('sha256')
  let block = Buffer.allocUnsafeSlow(blockBytes)
  let next = Buffer.allocUnsafeSlow(blockBytes)
  let { bytesRead } = await handle.read(block, 0, blockBytes, 0)
  let position = bytesRead
  while (bytesRead > 0) {
    const reading = handle.read(next, 0, blockBytes, position)
    hash.update(block.subarray(0, bytesRead))
    bytesRead = (await reading).bytesRead
    position += bytesRead
    ;[block, next] = [next, block]
  }
  return hash.digest('hex')
}

export interface HashedFile {
  readonly digest: string
  readonly stats: BigIntStats
  /** Where it lies, if it stays there. */
  readonly path?: string
}

/** Hashes a file that nobody changes meanwhile; a file that does change is read again, and refused if it goes on. */
export const hashFile = async (path: string): Promise<HashedFile> => {
  const handle = await open(path, 'r')
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = await handle.stat({ bigint: true })
      const digest = await hashHandle(handle)
      const stats = await handle.stat({ bigint: true })
      if (identity(before) === identity(stats)) return { digest, stats, path }
    }
  } finally {
    await handle.close()
  }
  throw Object.assign(new Error(`${path} changes while it is read`), { code: 'ECHANGING' })
}

/** What changes whenever a file's content does: device, inode, size, and the times of its last changes in ns. */
export const identity = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`

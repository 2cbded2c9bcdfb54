import { open, stat } from 'node:fs/promises'

/** Waits until the disk has what was written to a file, or the names in a folder. */
export async function flush(path: string): Promise<void> {
  // Windows keeps the names in a folder by itself, and has no handle of one to flush.
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

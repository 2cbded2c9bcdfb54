import { open } from 'node:fs/promises'

/** Waits until the disk has what was written to a file, or the names in a folder. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

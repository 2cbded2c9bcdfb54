import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, rename, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { flushFolder } from '../cache/payload.ts'
import type { HubAddress } from '../plan/address.ts'
import { isCommit, type Places, repositoryFolder } from './places.ts'
import { writeWhole } from './record.ts'

// Writing into Hugging Face's cache so that its own libraries, running at the same time, find whole files or none.

export const blobPath = (places: Places, address: HubAddress, etag: string): string =>
  join(repositoryFolder(places, address), 'blobs', etag)

/** Python locks with flock, which Node has not: ours stand beside them, and parts have names of their own. */
export const locksFolder = async ({ hub, ...places }: Places, address: HubAddress): Promise<string> => {
  const folder = join(hub, '.locks', basename(repositoryFolder({ hub, ...places }, address)))
  await mkdir(folder, { recursive: true })
  return folder
}

/** Gives a whole content, which the disk has, its name. */
export const addBlob = async (part: string, blob: string): Promise<void> => {
  await rename(part, blob)
  await flushFolder(dirname(blob))
}

/** Makes a file of a snapshot: a link, or a copy where there are no links. */
export const linkSnapshot = async (blob: string, link: string): Promise<void> => {
  await mkdir(dirname(link), { recursive: true })
  const prepared = `${link}.${randomUUID()}`
  await symlink(relative(dirname(link), blob), prepared).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM' && error.code !== 'ENOTSUP') throw error
    return copyFile(blob, prepared)
  })
  await rename(prepared, link)
  await flushFolder(dirname(link))
}

/** Writes down what commit a revision is, as Python does. */
export const rememberRevision = async (places: Places, address: HubAddress, commit: string): Promise<void> => {
  if (!isCommit(address.revision))
    await writeWhole(join(repositoryFolder(places, address), 'refs', address.revision), commit)
}

import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashFile } from '../cache/hash-file.ts'
import { takeLock } from '../cache/lock.ts'
import { flushFolder } from '../cache/payload.ts'
import { lockFile, tmpFolder } from '../cache/store.ts'
import type { FileAddress } from '../plan/address.ts'
import type { Pin } from '../plan/plan.ts'
import { download } from './download.ts'
import type { Fetched, Fetching } from './fetching.ts'
import { forget } from './part.ts'
import { contentPath, folderOf } from './places.ts'
import { readRecord, writeRecord } from './record.ts'
import { whereabouts } from './whereabouts.ts'
import { wrong } from './wrong.ts'

/** Brings the file of an https:// or http:// address into the cache. */
export const fetchFile = async (address: FileAddress, fetching: Fetching): Promise<Fetched> => {
  const { places, store, client, tell, pins, anew } = fetching
  const folder = folderOf(places, address)
  const lock = await takeLock(lockFile(store, `fetch-${folder.slice(-32)}`), tmpFolder(store), {
    signal: client.signal,
    doing: 'fetching it',
    onWait: reason => tell({ status: 'waiting', reason }),
  })
  try {
    // Another process may have fetched it meanwhile.
    const record = whereabouts(places, address).there ? readRecord(places, address) : undefined
    const differs = pins.find(({ sha256 }) => sha256 !== record?.sha256)
    // What is pinned cannot have changed; what is pinned to another digest may have become that.
    if (record && (pins.length > 0 ? !differs : !anew)) return { status: 'found', bytes: record.bytes }
    const part = join(folder, 'part')
    const downloaded = await download(
      {
        url: address.url,
        part,
        ...(record && { known: record }),
        onProgress: (bytes, total) => tell({ status: 'progress', bytes, ...(total !== undefined && { total }) }),
      },
      client,
    )
    if (downloaded === undefined) {
      if (differs) throw otherDigest(address, differs, record!.sha256)
      return { status: 'found', bytes: record!.bytes }
    }
    await keep(address, part, downloaded, fetching)
    return { status: 'fetched', bytes: downloaded.bytes }
  } finally {
    await lock.release()
  }
}

const keep = async (
  address: FileAddress,
  part: string,
  downloaded: { readonly bytes: number; readonly etag?: string; readonly lastModified?: string },
  fetching: Fetching,
): Promise<void> => {
  const { places, store } = fetching
  const { digest } = await hashFile(part)
  const pin = fetching.pins.find(({ sha256 }) => sha256 !== digest)
  if (pin) {
    await forget(part)
    throw otherDigest(address, pin, digest)
  }
  const path = contentPath(places, address)
  await mkdir(dirname(path), { recursive: true })
  // Until the record of the new content is written there is none: the old one would speak of another.
  await rm(join(folderOf(places, address), 'record.json'), { force: true })
  await rename(part, path)
  await flushFolder(dirname(path))
  await writeRecord(places, address, { kind: 'file', address: address.text, sha256: digest, ...downloaded })
  await forget(part)
  await store.memo.remember([{ digest, stats: await stat(path, { bigint: true }), path }])
}

const otherDigest = ({ text }: FileAddress, pin: Pin, found: string) =>
  wrong(pin, {
    code: 'wrong-sha256',
    message: `Expected the SHA-256 digest ${pin.sha256} of what is fetched from ${text}; found ${found}.`,
    hint: 'It is not the file that was meant; if it is the right one, write its digest.',
  })

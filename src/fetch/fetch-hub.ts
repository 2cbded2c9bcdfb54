import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { takeLock } from '../cache/lock.ts'
import type { HubAddress } from '../plan/address.ts'
import type { Pin } from '../plan/plan.ts'
import { download } from './download.ts'
import type { Fetched, Fetching } from './fetching.ts'
import { authorization, type HubAccess, hubAccess } from './hub-access.ts'
import { addBlob, blobPath, linkSnapshot, locksFolder, rememberRevision } from './hub-cache.ts'
import { type HubFile, noteOnWeights, wantedFiles } from './hub-files.ts'
import { fileUrl, listRepository, resolveCommit } from './hub-repository.ts'
import { forget } from './part.ts'
import { isCommit, snapshotFolder } from './places.ts'
import { readRecord, writeRecord } from './record.ts'
import { sizeOf, whereabouts } from './whereabouts.ts'
import { wrong } from './wrong.ts'

/** Brings a file of a repository, or the model that it is, into Hugging Face's cache. */
export const fetchHub = async (address: HubAddress, fetching: Fetching): Promise<Fetched> => {
  const { places, client, env, anew, written } = fetching
  const access = hubAccess(env)
  const record = readRecord(places, address)
  const here = whereabouts(places, address)
  if (here.there && (!anew || places.offline || isCommit(address.revision)))
    return { status: 'found', ...(here.commit && { commit: here.commit }) }
  if (places.offline)
    throw wrong(fetching, {
      code: 'offline',
      message: `Expected ${address.text} on this machine, because HF_HUB_OFFLINE forbids to fetch it; it is not in ${places.hub}.`,
      hint: 'Run once without HF_HUB_OFFLINE.',
    })

  if (!URL.canParse(access.endpoint) || !/^https?:$/.test(new URL(access.endpoint).protocol))
    throw wrong(fetching, {
      code: 'hub-endpoint',
      message: `Expected HF_ENDPOINT to be the address of a Hub, as https://huggingface.co is; found ${JSON.stringify(access.endpoint)}.`,
      hint: 'Mend it, or unset it.',
    })

  // What a revision was resolved to once, it stays until somebody asks for it anew.
  const known = isCommit(address.revision) ? address.revision : anew ? undefined : record?.commit
  const commit = known ?? (await resolveCommit(address, client, access))
  if (here.there && here.commit === commit) return { status: 'found', commit }
  const listed = await listRepository(address, commit, client, access)
  const wanted = wantedFiles(address, listed, { written, commit })
  const note =
    address.file === undefined
      ? noteOnWeights(
          address,
          listed.map(({ path }) => path),
          commit,
        )
      : undefined

  for (const { etag } of wanted) for (const pin of fetching.pins) checkPin(pin, etag, address)
  const fetched = await fetchAll(address, commit, wanted, { fetching, access })
  await rememberRevision(places, address, commit)
  const files = wanted.map(({ path, bytes }) => ({ path, bytes }))
  await writeRecord(places, address, { kind: 'hub', address: address.text, commit, files, ...(note && { note }) })
  return { status: fetched ? 'fetched' : 'found', bytes: sum(wanted), commit }
}

/** The Hub tells the digest of a large file before it is fetched. (That of a small one is seen when it is there.) */
const checkPin = (pin: Pin, etag: string, { text }: HubAddress): void => {
  if (etag.length === 64 && etag !== pin.sha256)
    throw wrong(pin, {
      code: 'wrong-sha256',
      message: `Expected the SHA-256 digest ${pin.sha256} of ${text}; the Hub lists ${etag}. Nothing of it is fetched.`,
      hint: 'It is not the file that was meant; if it is the right one, write its digest.',
    })
}

interface By {
  readonly fetching: Fetching
  readonly access: HubAccess
}

/** Fetches the files that are not there; false where all were. */
const fetchAll = async (address: HubAddress, commit: string, files: readonly HubFile[], by: By): Promise<boolean> => {
  const { places, tell } = by.fetching
  const total = sum(files)
  let done = 0
  let fetched = false
  for (const file of files) {
    const link = join(snapshotFolder(places, address, commit), file.path)
    if (sizeOf(link) !== file.bytes) {
      const before = done
      const onProgress = (bytes: number) => tell({ status: 'progress', bytes: before + bytes, total, commit })
      fetched = (await fetchBlob(address, commit, file, { ...by, onProgress })) || fetched
      await linkSnapshot(blobPath(places, address, file.etag), link)
    }
    done += file.bytes
  }
  return fetched
}

/** Fetches a content, unless it is there under another name or of another commit. */
const fetchBlob = async (
  address: HubAddress,
  commit: string,
  file: HubFile,
  { fetching, access, onProgress }: By & { readonly onProgress: (bytes: number) => void },
): Promise<boolean> => {
  const { places, client, tell } = fetching
  const blob = blobPath(places, address, file.etag)
  const isThere = () => sizeOf(blob) === file.bytes
  if (isThere()) return false
  const folder = await locksFolder(places, address)
  const lock = await takeLock(join(folder, `${file.etag}.sluice`), folder, {
    signal: client.signal,
    doing: 'fetching it',
    onWait: reason => tell({ status: 'waiting', reason }),
  })
  try {
    if (isThere()) return false
    const part = `${blob}.sluice-incomplete`
    const url = fileUrl(address, commit, file.path, access)
    await download({ url, headers: authorization(access), part, bytes: file.bytes, onProgress }, client)
    const found = await contentDigest(part, file)
    if (found !== file.etag) {
      await forget(part)
      throw wrong(fetching, {
        code: 'hub-damaged',
        message: `Expected the digest ${file.etag} of ${file.path} of ${address.repo}, as the Hub lists it; what it sent has ${found}. Nothing of it is kept.`,
        hint: 'Run again; if it comes out the same, something between here and the Hub changes what it sends.',
      })
    }
    await addBlob(part, blob)
    return true
  } finally {
    await lock.release()
  }
}

/** The digest by which the Hub names a content: SHA-256 for large files, git's own for others. */
const contentDigest = async (path: string, { etag, bytes }: HubFile): Promise<string> => {
  const hash = etag.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`)
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const sum = (files: readonly HubFile[]): number => files.reduce((bytes, file) => bytes + file.bytes, 0)

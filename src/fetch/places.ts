import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Address, FileAddress, HubAddress } from '../plan/address.ts'

// Two places. In the cache folder:
//   fetched/ID/record.json     what was fetched for an address; see record.ts
//   fetched/ID/content/NAME    of a file's address: the file
//   fetched/ID/part, part.json what has come of it so far; see download.ts
// and Hugging Face's own cache, which Python's huggingface_hub shares:
//   models--OWNER--NAME/refs/REVISION                 the commit that a branch or a tag was
//   models--OWNER--NAME/blobs/ETAG                    contents: by SHA-256 (LFS), or by git's SHA-1
//   models--OWNER--NAME/blobs/ETAG.sluice-incomplete  what has come of one so far
//   models--OWNER--NAME/snapshots/COMMIT/FILE         links to them

export type Environment = Readonly<Record<string, string | undefined>>

export interface Places {
  /** `fetched` in the cache folder. */
  readonly fetched: string
  /** Hugging Face's cache. */
  readonly hub: string
  /** The Hub must not be asked for anything. */
  readonly offline: boolean
}

export const placesOf = (cacheFolder: string, env: Environment): Places => ({
  fetched: join(cacheFolder, 'fetched'),
  hub: expanded(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(hubHome(env), 'hub')),
  offline: isTrue(env.HF_HUB_OFFLINE) || isTrue(env.TRANSFORMERS_OFFLINE),
})

/** Where Hugging Face's libraries keep what they keep. */
export const hubHome = (env: Environment): string =>
  expanded(env.HF_HOME || join(env.XDG_CACHE_HOME || '~/.cache', 'huggingface'))

const isTrue = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '')
const expanded = (path: string): string => path.replace(/^~(?=\/|$)/, homedir())

/** An address in one spelling. */
export const spelled = (address: Address): string =>
  address.kind === 'file'
    ? address.url
    : `hf://${address.type}s/${address.repo}@${address.revision}${address.file === undefined ? '' : `/${address.file}`}`

export const folderOf = ({ fetched }: Places, address: Address): string =>
  join(fetched, createHash('sha256').update(spelled(address)).digest('hex').slice(0, 32))

/** A file keeps the name that its address gives it, for the sake of its ending and of messages. */
export const contentPath = (places: Places, address: FileAddress): string =>
  join(folderOf(places, address), 'content', nameOf(address.url))

const nameOf = (url: string): string => {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  const name = last.replaceAll(/%[0-9a-f]{2}|[^\w.-]/gi, '_').slice(-100)
  return /^\.*$/.test(name) ? 'file' : name
}

export const repositoryFolder = ({ hub }: Places, { type, repo }: HubAddress): string =>
  join(hub, `${type}s--${repo.replace('/', '--')}`)

export const snapshotFolder = (places: Places, address: HubAddress, commit: string): string =>
  join(repositoryFolder(places, address), 'snapshots', commit)

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision)

import { dirname } from 'node:path'
import type { HubAddress } from '../plan/address.ts'
import type { Client } from './client.ts'
import { type HubAccess, hubFetch } from './hub-access.ts'
import type { HubFile } from './hub-files.ts'
import { isCommit } from './places.ts'
import { troubleError } from './trouble.ts'

// What `@huggingface/hub` 2.17 does for us: the Hub's API. Not its downloadFileToCacheDir and snapshotDownload: they begin
// every download anew, check neither length nor digest, let two processes write one `.incomplete` file at once, cannot be
// stopped, and print.

/** The commit that a revision is now. */
export const resolveCommit = (address: HubAddress, client: Client, access: HubAccess): Promise<string> =>
  understood(access, () => askCommit(address, client, access))

/** The files of a commit in the folder that an address is about, by path, with their digests. */
export const listRepository = (
  address: HubAddress,
  commit: string,
  client: Client,
  access: HubAccess,
): Promise<readonly HubFile[]> => understood(access, () => askFiles(address, commit, client, access))

/** What comes back that makes no sense does not come from a Hub. */
const understood = <T>({ endpoint }: HubAccess, ask: () => Promise<T>): Promise<T> =>
  ask().catch(error => {
    const strange = ['SyntaxError', 'TypeError'].includes(error.name)
    throw strange ? troubleError({ kind: 'answer', host: new URL(endpoint).host, message: error.message }) : error
  })

const askCommit = async (address: HubAddress, client: Client, access: HubAccess): Promise<string> => {
  const { type, repo, revision } = address
  const { datasetInfo, modelInfo } = await import('@huggingface/hub')
  const asked = { name: repo, revision, hubUrl: access.endpoint, fetch: hubFetch(client, access) }
  const { sha } = await (type === 'dataset'
    ? datasetInfo({ ...asked, additionalFields: ['sha'] })
    : modelInfo({ ...asked, additionalFields: ['sha'] }))
  if (!isCommit(sha)) throw new TypeError(`the commit ${sha}`)
  return sha
}

const askFiles = async (
  address: HubAddress,
  commit: string,
  client: Client,
  access: HubAccess,
): Promise<readonly HubFile[]> => {
  const { type, repo: name, file } = address
  const folder = file === undefined || dirname(file) === '.' ? undefined : dirname(file)
  const { listFiles } = await import('@huggingface/hub')
  const files: HubFile[] = []
  for await (const entry of listFiles({
    repo: { type, name },
    revision: commit,
    hubUrl: access.endpoint,
    fetch: hubFetch(client, access),
    ...(folder !== undefined && { path: folder.split('/').map(encodeURIComponent).join('/') }),
  })) {
    if (entry.type !== 'file') continue
    const etag = entry.lfs?.oid ?? entry.oid ?? ''
    // It becomes part of a path.
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) throw new TypeError(`the digest ${etag}`)
    files.push({ path: entry.path, bytes: entry.lfs?.size ?? entry.size, etag })
  }
  return files
}

/** Where a file of a commit is to be had. */
export const fileUrl = ({ type, repo }: HubAddress, commit: string, path: string, { endpoint }: HubAccess): string =>
  `${endpoint}/${type === 'dataset' ? 'datasets/' : ''}${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, FileAddress, HubAddress } from '../plan/address.ts'
import type { Whereabouts } from '../plan/plan.ts'
import {
  contentPath,
  type Environment,
  isCommit,
  type Places,
  placesOf,
  repositoryFolder,
  snapshotFolder,
} from './places.ts'
import { readRecord } from './record.ts'

/**
 * Where the content of an address lies on this machine, or would. Looks at the disk alone. A file that was fetched with
 * another digest than the one that is written by now is not the one that is meant.
 */
export const whereabouts = (places: Places, address: Address, sha256?: string): Whereabouts =>
  address.kind === 'file' ? fileWhereabouts(places, address, sha256) : hubWhereabouts(places, address)

/** The same, of the places that a cache folder and the environment give. */
export const whereaboutsIn = (cacheFolder: string, env: Environment, address: Address, sha256?: string): Whereabouts =>
  whereabouts(placesOf(cacheFolder, env), address, sha256)

const fileWhereabouts = (places: Places, address: FileAddress, sha256: string | undefined): Whereabouts => {
  const path = contentPath(places, address)
  const record = readRecord(places, address)
  const meant = record !== undefined && (sha256 === undefined || sha256 === record.sha256)
  return { path, there: meant && sizeOf(path) === record.bytes }
}

const hubWhereabouts = (places: Places, address: HubAddress): Whereabouts => {
  const record = readRecord(places, address)
  const commit = record?.commit ?? knownCommit(places, address)
  const snapshot = snapshotFolder(places, address, commit ?? address.revision)
  const path = address.file === undefined ? snapshot : join(snapshot, address.file)
  const there = record
    ? record.files.every(({ path: file, bytes }) => sizeOf(join(snapshot, file)) === bytes)
    : commit !== undefined && wasFetchedByOthers(places, address, path)
  return { path, there, ...(commit && { commit }), ...(record?.note !== undefined && { note: record.note }) }
}

/** The commit of a revision, as far as Hugging Face's cache knows it. */
const knownCommit = (places: Places, address: HubAddress): string | undefined => {
  if (isCommit(address.revision)) return address.revision
  try {
    const commit = readFileSync(join(repositoryFolder(places, address), 'refs', address.revision), 'utf8').trim()
    return isCommit(commit) ? commit : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether Python has fetched it. A file is whole where it has a name. Of a folder one cannot tell what it lacks without
 * asking the Hub; where that must not be asked, what is there has to do.
 */
const wasFetchedByOthers = ({ offline }: Places, { file }: HubAddress, path: string): boolean => {
  const stats = statOf(path)
  return file === undefined ? offline && stats?.isDirectory() === true : stats?.isFile() === true
}

/** Of a file, followed where it is a link. */
export const sizeOf = (path: string): number | undefined => {
  const stats = statOf(path)
  return stats?.isFile() ? stats.size : undefined
}

const statOf = (path: string) => {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

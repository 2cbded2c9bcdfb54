import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flushFolder } from '../cache/payload.ts'
import type { Address } from '../plan/address.ts'
import { folderOf, type Places } from './places.ts'

/** What the server said of a file, by which it can be asked whether that has changed. */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

export interface FileRecord extends Validators {
  readonly kind: 'file'
  readonly address: string
  readonly bytes: number
  readonly sha256: string
}

export interface HubRecord {
  readonly kind: 'hub'
  readonly address: string
  readonly commit: string
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  readonly note?: string
}

/** What was fetched for an address. It is written when all of it is there. */
export type FetchRecord = FileRecord | HubRecord

/** Nothing where nothing was fetched, or what the record says cannot be made out. */
export const readRecord = <K extends Address['kind']>(
  places: Places,
  address: Extract<Address, { kind: K }>,
): Extract<FetchRecord, { kind: K }> | undefined => {
  const record = recordIn(folderOf(places, address))
  return record?.kind === address.kind ? (record as Extract<FetchRecord, { kind: K }>) : undefined
}

/** The record in a folder of `fetched`. */
export const recordIn = (folder: string): FetchRecord | undefined => {
  try {
    const record = JSON.parse(readFileSync(join(folder, recordName), 'utf8'))
    return record.format === 1 && isWhole(record) ? record : undefined
  } catch {
    return undefined
  }
}

export const recordName = 'record.json'

interface Fields {
  readonly [field: string]: unknown
}

/** Whatever else is damaged in it, the content on the disk tells: it has another length, digest or place. */
const isWhole = ({ kind, address, bytes, sha256, commit, files }: Fields): boolean => {
  if (typeof address !== 'string') return false
  if (kind === 'file') return typeof sha256 === 'string' && typeof bytes === 'number'
  const isFile = (file: Fields | null) => typeof file?.path === 'string' && typeof file.bytes === 'number'
  return kind === 'hub' && typeof commit === 'string' && Array.isArray(files) && files.every(isFile)
}

export const writeRecord = (places: Places, address: Address, record: FetchRecord): Promise<void> =>
  writeWhole(join(folderOf(places, address), recordName), `${JSON.stringify({ format: 1, ...record }, null, 2)}\n`)

/** Writes a small file so that it is there whole, or not at all, whenever this process or the machine ends. */
export const writeWhole = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  // Two processes in two containers may have one number, and one folder.
  const prepared = `${path}.${randomUUID()}`
  try {
    const handle = await open(prepared, 'wx')
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(prepared, path)
  } catch (error) {
    await rm(prepared, { force: true })
    throw error
  }
  await flushFolder(dirname(path))
}

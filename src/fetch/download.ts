import { readFileSync } from 'node:fs'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Client, patiently, request } from './client.ts'
import { type Validators, writeWhole } from './record.ts'
import { troubleError, troubleOf } from './trouble.ts'
import { sizeOf } from './whereabouts.ts'

export interface Download {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The file in which the bytes gather. What an interrupted download left there is continued. */
  readonly part: string
  /** What must come, where that is known beforehand by a digest: any server's bytes will do to go on. */
  readonly bytes?: number
  /** Of what is there already: nothing is downloaded if that has not changed. */
  readonly known?: Validators
  readonly onProgress: (bytes: number, total: number | undefined) => void
}

export interface Downloaded extends Validators {
  readonly bytes: number
}

/**
 * Downloads into a part file, which then holds all of it; goes on where a broken connection, or an earlier run, stopped.
 * The caller holds a lock for the part, and moves it.
 *
 * @returns `undefined` where what is known has not changed.
 * @throws trouble, and what the disk refuses.
 */
export const download = async (what: Download, client: Client): Promise<Downloaded | undefined> => {
  await mkdir(dirname(what.part), { recursive: true })
  let here = 0
  let before = 0
  const attempt = () => {
    before = here
    return tryOnce(what, client, bytes => {
      here = bytes
    })
  }
  return patiently(client, attempt, () => here > before)
}

const tryOnce = async (
  what: Download,
  client: Client,
  onHere: (bytes: number) => void,
): Promise<Downloaded | undefined> => {
  const { part, known } = what
  const begun = partSoFar(what)
  const headers = {
    ...what.headers,
    'accept-encoding': 'identity',
    ...asked(begun),
    ...(begun ? {} : conditions(known)),
  }
  const silence = silenceAfter(client)
  const response = await request(client, what.url, { headers }, silence.signal).catch(error => {
    if (begun && isOutOfRange(error)) return undefined
    throw error
  })
  try {
    if (response === undefined) {
      // There is no such range: the part is what there was of another content, or all of it.
      if (begun!.total === begun!.bytes) return { bytes: begun!.bytes, ...begun!.validators }
      await forget(part)
      return await tryOnce(what, client, onHere)
    }
    const { status } = response
    if (status === 304 && known && !begun) return undefined
    if (status !== 200 && status !== 206) throw troubleError({ kind: 'status', status, url: what.url })
    return await receive(what, response, begun, client, { silence, onHere })
  } finally {
    silence.end()
  }
}

interface Begun {
  readonly bytes: number
  readonly total?: number
  readonly validators: Validators
}

/** What an earlier try left, if it is known what it is a part of. */
const partSoFar = ({ part, bytes: expected }: Download): Begun | undefined => {
  const bytes = sizeOf(part) ?? 0
  if (bytes === 0) return undefined
  if (expected !== undefined) return bytes <= expected ? { bytes, total: expected, validators: {} } : undefined
  try {
    const { total, ...validators } = JSON.parse(readFileSync(`${part}.json`, 'utf8'))
    return ifRange(validators) === undefined ? undefined : { bytes, ...(total && { total }), validators }
  } catch {
    return undefined
  }
}

const asked = (begun: Begun | undefined): Record<string, string> => {
  if (!begun) return {}
  const condition = ifRange(begun.validators)
  return { range: `bytes=${begun.bytes}-`, ...(condition !== undefined && { 'if-range': condition }) }
}

/** A weak ETag does not promise equal bytes. */
const ifRange = ({ etag, lastModified }: Validators): string | undefined =>
  etag !== undefined && !etag.startsWith('W/') ? etag : lastModified

const conditions = ({ etag, lastModified }: Validators = {}): Record<string, string> => {
  if (etag !== undefined) return { 'if-none-match': etag }
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified }
}

interface Receiving {
  readonly silence: Silence
  readonly onHere: (bytes: number) => void
}

const receive = async (
  { part, url, bytes: expected, onProgress }: Download,
  response: Response,
  begun: Begun | undefined,
  client: Client,
  { silence, onHere }: Receiving,
): Promise<Downloaded> => {
  const { host } = new URL(url)
  const extent = extentOf(response, begun)
  if (extent === undefined) {
    // Another range than was asked for is of no use; the next try asks for all of it.
    await response.body?.cancel()
    await forget(part)
    throw troubleError({ kind: 'broken', host, bytes: 0 })
  }
  const { from, total } = extent
  if (expected !== undefined && total !== undefined && total !== expected)
    throw troubleError({ kind: 'length', bytes: total, expected })
  const validators = validatorsOf(response)
  if (from === 0 && expected === undefined)
    await writeWhole(`${part}.json`, JSON.stringify({ ...validators, ...(total !== undefined && { total }) }))
  await checkSpace(part, from, total)

  let bytes = from
  const handle = await open(part, from === 0 ? 'w' : 'r+')
  try {
    onProgress(bytes, total)
    const broken = () => troubleError({ kind: 'broken', host, bytes, ...(total !== undefined && { total }) })
    for await (const chunk of chunksOf(response, client, broken)) {
      silence.heard()
      await handle.write(chunk, 0, chunk.length, bytes)
      bytes += chunk.length
      onHere(bytes)
      onProgress(bytes, total)
    }
    if (total !== undefined && bytes < total) throw broken()
    if (total !== undefined && bytes > total) throw troubleError({ kind: 'length', bytes, expected: total })
    await handle.truncate(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { bytes, ...(from > 0 && begun ? { ...begun.validators, ...validators } : validators) }
}

/** From which byte on the answer is, and how many there are in all, where it says so. */
const extentOf = (
  { status, headers }: Response,
  begun: Begun | undefined,
): { readonly from: number; readonly total?: number } | undefined => {
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  if (status === 206)
    return begun && Number(from) === begun.bytes ? { from: begun.bytes, total: Number(total) } : undefined
  // A server that packs although it was asked not to: the length is that of the packed bytes.
  const packed = !['identity', null].includes(headers.get('content-encoding'))
  const length = headers.get('content-length')
  return length !== null && !packed ? { from: 0, total: Number(length) } : { from: 0 }
}

const validatorsOf = ({ headers }: Response): Validators => {
  const etag = headers.get('etag')
  const lastModified = headers.get('last-modified')
  return { ...(etag !== null && { etag }), ...(lastModified !== null && { lastModified }) }
}

async function* chunksOf({ body }: Response, { signal }: Client, broken: () => Error): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const chunks = (body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch(() => {
        signal.throwIfAborted()
        throw broken()
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    await chunks.return?.().catch(() => {})
  }
}

/** A disk that cannot take it is told of before half of it is there. */
const checkSpace = async (part: string, from: number, total: number | undefined): Promise<void> => {
  if (total === undefined) return
  const { bavail, bsize } = await statfs(dirname(part))
  const free = bavail * bsize
  if (free < total - from)
    throw Object.assign(new Error('no space'), { code: 'ENOSPC', path: part, needed: total - from, free })
}

const isOutOfRange = (error: unknown): boolean => {
  const trouble = troubleOf(error)
  return trouble?.kind === 'status' && trouble.status === 416
}

/** Removes a part, and what is known of it. */
export const forget = async (part: string): Promise<void> => {
  await rm(part, { force: true })
  await rm(`${part}.json`, { force: true })
}

interface Silence {
  readonly signal: AbortSignal
  heard(): void
  end(): void
}

/** A signal that also comes when nothing has been heard for too long. */
const silenceAfter = ({ signal, patience }: Client): Silence => {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error('it does not answer')), patience.silenceMs)
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    heard: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  }
}

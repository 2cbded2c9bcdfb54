import { mkdir, open, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Client, letGo, patiently, request } from './client.ts'
import { announce, type Begun, flush, forget, ifRange, partSoFar, writeAll } from './part.ts'
import type { Validators } from './record.ts'
import { troubleError, troubleOf } from './trouble.ts'

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
 * Downloads into a part file, which then holds all of it, on the disk; goes on where a broken connection, or an earlier run, stopped.
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
  const downloaded = await patiently(client, attempt, () => here > before)
  if (downloaded) await flush(what.part)
  return downloaded
}

const tryOnce = async (
  what: Download,
  client: Client,
  onHere: (bytes: number) => void,
): Promise<Downloaded | undefined> => {
  const { part, known } = what
  const begun = partSoFar(part, what.bytes)
  const headers = {
    ...what.headers,
    'accept-encoding': 'identity',
    ...asked(begun),
    ...(begun ? {} : conditions(known)),
  }
  const silence = silenceAfter(client)
  let response: Response | undefined
  try {
    response = await request(client, what.url, { headers }, silence.signal).catch(error => {
      if (begun && isOutOfRange(error)) return undefined
      throw error
    })
    if (response === undefined) {
      // There is no such range: the part is what there was of another content, or all of it.
      if (begun!.total === begun!.bytes) return { bytes: begun!.bytes, ...begun!.validators }
      return await startAnew(what, client, onHere)
    }
    const { status } = response
    if (status === 304 && known && !begun) return undefined
    if (status !== 200 && !(status === 206 && begun)) throw troubleError({ kind: 'status', status, url: what.url })
    if (status === 206 && !goesOn(response, begun!)) {
      await letGo(response)
      return await startAnew(what, client, onHere)
    }
    return await receive(what, response, begun, client, { silence, onHere })
  } finally {
    silence.end()
    if (response) await letGo(response)
  }
}

const startAnew = async (what: Download, client: Client, onHere: (bytes: number) => void) => {
  await forget(what.part)
  return tryOnce(what, client, onHere)
}

const asked = (begun: Begun | undefined): Record<string, string> => {
  if (!begun) return {}
  const condition = ifRange(begun.validators)
  return { range: `bytes=${begun.bytes}-`, ...(condition !== undefined && { 'if-range': condition }) }
}

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
  const extent = extentOf(response)
  const from = response.status === 206 ? begun!.bytes : 0
  if (expected !== undefined && extent !== undefined && extent !== expected)
    throw troubleError({ kind: 'length', bytes: extent, expected })
  const total = extent ?? expected ?? (from > 0 ? begun!.total : undefined)
  const validators = validatorsOf(response)
  if (from === 0) {
    // Before anything is said of the new bytes, the old ones are gone: a run that is killed here must not leave both.
    await forget(part)
    // Of what comes packed, so many bytes here say nothing of where to go on there.
    if (expected === undefined && !isPacked(response)) await announce(part, validators, total)
  }
  await checkSpace(part, from, total)

  let bytes = from
  const handle = await open(part, from === 0 ? 'w' : 'r+')
  try {
    onProgress(bytes, total)
    const broken = () => troubleError({ kind: 'broken', host, bytes, ...(total !== undefined && { total }) })
    for await (const chunk of chunksOf(response, client, broken)) {
      silence.heard()
      await writeAll(handle, chunk, bytes)
      bytes += chunk.length
      onHere(bytes)
      onProgress(bytes, total)
    }
    if (total !== undefined && bytes < total) throw broken()
    if (total !== undefined && bytes > total) throw troubleError({ kind: 'length', bytes, expected: total })
    await handle.truncate(bytes)
  } finally {
    await handle.close()
  }
  return { bytes, ...(from > 0 && begun ? { ...begun.validators, ...validators } : validators) }
}

/** Whether a range is the rest of what is here. Not every server and proxy that knows ranges heeds `If-Range`. */
const goesOn = (response: Response, { bytes, total, validators }: Begun): boolean => {
  const { etag, lastModified } = validatorsOf(response)
  const agree = <T>(here: T | undefined, there: T | undefined) =>
    here === undefined || there === undefined || here === there
  return (
    !isPacked(response) &&
    rangeOf(response)?.from === bytes &&
    agree(total, extentOf(response)) &&
    agree(validators.etag, etag) &&
    agree(validators.lastModified, lastModified)
  )
}

const rangeOf = ({ headers }: Response): { readonly from: number; readonly total?: number } | undefined => {
  const [range, from, total] = /^bytes (\d+)-\d+\/(?:(\d+)|\*)$/.exec(headers.get('content-range') ?? '') ?? []
  return range === undefined ? undefined : { from: Number(from), ...(total !== undefined && { total: Number(total) }) }
}

/** How many bytes there are in all, where the answer says so; the length of one that is packed is that of the packed bytes. */
const extentOf = (response: Response): number | undefined => {
  if (response.status === 206) return rangeOf(response)?.total
  const length = response.headers.get('content-length')
  return length === null || isPacked(response) ? undefined : Number(length)
}

/** Some servers pack although they are asked not to. */
const isPacked = ({ headers }: Response): boolean => !['identity', null].includes(headers.get('content-encoding'))

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

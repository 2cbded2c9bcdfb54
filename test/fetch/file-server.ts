import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

/** A file as a server gives it, with what is wrong about that. */
export interface Served {
  readonly body: string | Buffer
  readonly etag?: string
  readonly lastModified?: string
  /** Answers this in place of the file; several are for the first requests, one each. */
  readonly status?: number | readonly number[]
  readonly headers?: Readonly<Record<string, string>>
  /** Sends so many bytes and breaks the connection when they have arrived; several are for the first requests, one each. */
  readonly breakAfter?: number | readonly number[]
  /** Breaks it when they are sent, arrived or not. */
  readonly atOnce?: boolean
  /** Sends the first so many bytes, then nothing until it is let go. */
  readonly stallAfter?: number
  /** Says another length than that of the file, or none. */
  readonly claims?: number | 'nothing'
  readonly noRanges?: boolean
  /** Knows ranges, but not the condition that the file is still the same. */
  readonly noConditions?: boolean
  /** Ends the answer in good order after so many bytes; several are for the first requests, one each. */
  readonly endAfter?: number | readonly number[]
  /** What it says of a range, in place of the truth. */
  readonly contentRange?: string
  /** Packs although it was asked not to, and says the range of the packed bytes. */
  readonly packed?: boolean
}

export interface FileServer {
  readonly url: string
  /** Every request: method, path, and the headers that matter here. */
  readonly log: string[]
  readonly files: Map<string, Served | ((request: IncomingMessage) => Served)>
  /** Breaks the connections that are to break when so many bytes have arrived. */
  arrived(bytes: number): void
  /** Ends what is stalled. */
  release(): void
  /** How many answers are still waited for. */
  stalled(): number
  close(): Promise<void>
}

/** A server on this machine, gone after the test. */
export const fileServer = async (files: Readonly<Record<string, Served>> = {}): Promise<FileServer> => {
  const served: FileServer['files'] = new Map(Object.entries(files))
  const log: string[] = []
  const stalled = new Map<ServerResponse, number>()
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.split('?')[0]!)
    log.push(entryOf(request, path))
    const found = served.get(path)
    const file = typeof found === 'function' ? found(request) : found
    const nth = counts.get(path) ?? 0
    counts.set(path, nth + 1)
    request.resume()
    if (file === undefined) return void response.writeHead(404).end('nothing here')
    give(request, response, file, nth, stalled)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const arrived = (bytes: number) => {
    for (const [response, upTo] of stalled) if (upTo <= bytes && stalled.delete(response)) response.destroy()
  }
  const release = () => {
    for (const response of stalled.keys()) response.destroy()
  }
  const close = () => closeServer(server, release)
  onTestFinished(close)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, log, files: served, arrived, release, stalled: () => stalled.size, close }
}

/** An address at which nobody listens. */
export const closedPort = async (): Promise<string> => {
  const { url, close } = await fileServer()
  await close()
  return url
}

const closeServer = (server: Server, release: () => void): Promise<void> => {
  release()
  server.closeAllConnections()
  return new Promise(resolve => server.close(() => resolve()))
}

const shown = ['range', 'if-range', 'if-none-match', 'if-modified-since', 'authorization']

const entryOf = ({ method, headers }: IncomingMessage, path: string): string =>
  [`${method} ${path}`, ...shown.filter(name => headers[name]).map(name => `${name}: ${headers[name]}`)].join(' | ')

const nthOf = <T>(value: T | readonly T[] | undefined, nth: number): T | undefined =>
  Array.isArray(value) ? value[nth] : (value as T | undefined)

const give = (
  { headers: asked }: IncomingMessage,
  response: ServerResponse,
  file: Served,
  nth: number,
  stalled: Map<ServerResponse, number>,
): void => {
  const body = file.packed ? gzipSync(file.body) : Buffer.from(file.body)
  const headers: Record<string, string> = { ...file.headers, ...(file.packed && { 'content-encoding': 'gzip' }) }
  if (file.etag) headers.etag = file.etag
  if (file.lastModified) headers['last-modified'] = file.lastModified
  const status = nthOf(file.status, nth)
  if (status !== undefined && status !== 200) return void response.writeHead(status, headers).end('no')
  const unchanged = asked['if-none-match']
    ? asked['if-none-match'] === file.etag
    : file.lastModified !== undefined && asked['if-modified-since'] === file.lastModified
  if (unchanged) return void response.writeHead(304, headers).end()

  const [, from] = /^bytes=(\d+)-/.exec(asked.range ?? '') ?? []
  const same =
    file.noConditions ||
    asked['if-range'] === undefined ||
    [file.etag, file.lastModified].includes(asked['if-range'] as string)
  const start = from === undefined || file.noRanges || !same ? 0 : Number(from)
  const ranged = from !== undefined && !file.noRanges && same
  if (ranged && start >= body.length)
    return void response.writeHead(416, { ...headers, 'content-range': `bytes */${body.length}` }).end()
  const rest = body.subarray(start)
  if (file.claims !== 'nothing') headers['content-length'] = String(file.claims ?? rest.length)
  if (ranged) headers['content-range'] = file.contentRange ?? `bytes ${start}-${body.length - 1}/${body.length}`
  response.writeHead(ranged ? 206 : 200, headers)
  const cut = nthOf(file.breakAfter, nth)
  if (cut !== undefined || start < (file.stallAfter ?? 0)) {
    const sent = rest.subarray(0, cut ?? file.stallAfter! - start)
    response.write(sent, () => file.atOnce && response.destroy())
    response.on('close', () => stalled.delete(response))
    return void stalled.set(response, cut === undefined ? Number.POSITIVE_INFINITY : start + sent.length)
  }
  response.end(rest.subarray(0, nthOf(file.endAfter, nth)))
}

export const sha256 = (body: string | Buffer): string => createHash('sha256').update(body).digest('hex')

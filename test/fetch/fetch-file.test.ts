import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { machine } from './fetching.ts'
import { closedPort, fileServer, type Served, sha256 } from './file-server.ts'

const body = 'abcdefghijklmnopqrstuvwxyz'
const contentOf = (path: string) => readFileSync(path, 'utf8')

/** What all file handles are made of, for a test to look at what is done with them; as it was after the test. */
const handles = async (): Promise<FileHandle> => {
  const handle = await open(import.meta.filename)
  const prototype: FileHandle = Object.getPrototypeOf(handle)
  const { sync, write } = prototype
  onTestFinished(() => void Object.assign(prototype, { sync, write }))
  await handle.close()
  return prototype
}

/** The inodes of the files that are flushed to the disk from now on. */
const watchFlushing = async (): Promise<readonly number[]> => {
  const flushed: number[] = []
  const prototype = await handles()
  const { sync } = prototype
  prototype.sync = async function (this: FileHandle) {
    flushed.push((await this.stat()).ino)
    return sync.call(this)
  }
  return flushed
}

/** From now on the disk takes no more than so many bytes at a time. */
const takeFew = async (most: number): Promise<void> => {
  const prototype = await handles()
  const { write } = prototype as { write: (...args: unknown[]) => unknown }
  const writeFew = function (this: FileHandle, bytes: Uint8Array, at: number, length: number, position: number) {
    return write.call(this, bytes, at, Math.min(length, most), position)
  }
  Object.assign(prototype, { write: writeFew })
}

describe('a file by its address', () => {
  it('is kept under its name, and found without a request from then on', async () => {
    const { url, log } = await fileServer({ '/data/train v1.json.gz': { body, etag: '"1"' } })
    const { fetch, where } = machine()
    const address = `${url}/data/train%20v1.json.gz?raw=1`
    expect(where(address).there).toBe(false)
    const { status, last, events } = await fetch(address)
    expect([status, last]).toEqual(['fetched', { status: 'fetched', bytes: 26 }])
    expect(events.map(each => each.event === 'fetch' && each.status)).toEqual([
      'pending',
      'started',
      'progress',
      'progress',
      'fetched',
    ])
    const { path, there } = where(address)
    expect([there, path.split('/').slice(-2), contentOf(path)]).toEqual([true, ['content', 'train_v1.json.gz'], body])
    expect((await fetch(address)).last).toEqual({ status: 'found', bytes: 26 })
    expect(log).toEqual(['GET /data/train v1.json.gz'])
  })

  it('leaves nothing beside it', async () => {
    const { url } = await fileServer({ '/a.json': { body } })
    const { fetch, where } = machine()
    await fetch(`${url}/a.json`)
    const folder = dirname(dirname(where(`${url}/a.json`).path))
    expect(readdirSync(folder).sort()).toEqual(['content', 'record.json'])
  })

  it('that was cut short or is gone is not there, and fetched again', async () => {
    const { url, log } = await fileServer({ '/a': { body } })
    const { fetch, where } = machine()
    await fetch(`${url}/a`)
    writeFileSync(where(`${url}/a`).path, 'abc')
    expect(where(`${url}/a`).there).toBe(false)
    await fetch(`${url}/a`)
    expect(contentOf(where(`${url}/a`).path)).toBe(body)
    expect(log).toHaveLength(2)
  })

  const moreThanOnce: readonly (readonly [string, Served, readonly string[]])[] = [
    [
      'goes on by its ETag where the connection broke',
      { body, etag: '"1"', breakAfter: [4, 6] },
      ['GET /a', 'GET /a | range: bytes=4- | if-range: "1"', 'GET /a | range: bytes=10- | if-range: "1"'],
    ],
    [
      'goes on by its date',
      { body, lastModified: 'Mon, 02 Nov 2026 10:00:00 GMT', breakAfter: [4] },
      ['GET /a', 'GET /a | range: bytes=4- | if-range: Mon, 02 Nov 2026 10:00:00 GMT'],
    ],
    ['begins anew where nothing says that it is the same', { body, breakAfter: [4] }, ['GET /a', 'GET /a']],
    ['begins anew after a weak ETag', { body, etag: 'W/"1"', breakAfter: [4] }, ['GET /a', 'GET /a']],
    [
      'begins anew where the server knows no ranges',
      { body, etag: '"1"', breakAfter: [4], noRanges: true },
      ['GET /a', 'GET /a | range: bytes=4- | if-range: "1"'],
    ],
    ['is asked for again after 500 and 429', { body, status: [500, 429] }, ['GET /a', 'GET /a', 'GET /a']],
    ['without a length', { body, claims: 'nothing' }, ['GET /a']],
  ]
  it.each(moreThanOnce)('%s', async (_, served, requests) => {
    const server = await fileServer({ '/a': served })
    const { url, log } = server
    const { fetch, where } = machine()
    expect((await fetch(`${url}/a`, { server })).text).toBe('')
    expect(contentOf(where(`${url}/a`).path)).toBe(body)
    expect(log).toEqual(requests)
  })

  it('goes on in another run, unless it has changed there', async () => {
    const server = await fileServer({ '/a': { body, etag: '"1"', breakAfter: 4, noRanges: true } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    expect((await fetch(address, { server })).status).toBe('failed')
    server.log.length = 0
    server.files.set('/a', { body: body.toUpperCase(), etag: '"2"' })
    await fetch(address)
    expect(contentOf(where(address).path)).toBe(body.toUpperCase())
    expect(server.log).toEqual(['GET /a | range: bytes=4- | if-range: "1"'])
  })

  const another: readonly (readonly [string, Served, Served])[] = [
    ['ETag', { body, etag: '"1"' }, { body: body.toUpperCase(), etag: '"2"' }],
    [
      'date',
      { body, lastModified: 'Mon, 02 Nov 2026 10:00:00 GMT' },
      { body: body.toUpperCase(), lastModified: 'Tue, 03 Nov 2026 10:00:00 GMT' },
    ],
    ['length', { body, etag: '"1"' }, { body: `${body.toUpperCase()}!`, etag: '"1"' }],
    ['length, packed', { body, etag: '"1"' }, { body: body.toUpperCase(), etag: '"1"', packed: true }],
  ]
  it.each(another)('begins anew where the rest that comes is of another %s', async (_, before, now) => {
    const server = await fileServer({ '/a': { ...before, breakAfter: 4, noRanges: true } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    await fetch(address, { server })
    server.log.length = 0
    server.files.set('/a', { ...now, noConditions: true })
    expect((await fetch(address)).text).toBe('')
    expect(contentOf(where(address).path)).toBe(now.body)
    expect(server.log).toEqual([`GET /a | range: bytes=4- | if-range: ${before.etag ?? before.lastModified}`, 'GET /a'])
  })

  it('goes on where the rest that comes ends early, and does not say of how many bytes it is', async () => {
    const server = await fileServer()
    server.files.set('/a', ({ headers: { range } }) => {
      const [, from] = /^bytes=(\d+)-/.exec(range ?? '') ?? []
      const whole = { body, etag: '"1"', breakAfter: [4] }
      if (from === undefined) return whole
      return { ...whole, claims: 'nothing', contentRange: `bytes ${from}-25/*`, endAfter: [0, 6] }
    })
    const { fetch, where } = machine()
    expect((await fetch(`${server.url}/a`, { server })).text).toBe('')
    expect(contentOf(where(`${server.url}/a`).path)).toBe(body)
    expect(server.log.slice(1)).toEqual(
      ['bytes=4-', 'bytes=10-'].map(range => `GET /a | range: ${range} | if-range: "1"`),
    )
  })

  it('is whole although the disk takes less at a time than it is given', async () => {
    const { url } = await fileServer({ '/a': { body } })
    const { fetch, where } = machine()
    await takeFew(7)
    expect((await fetch(`${url}/a`)).text).toBe('')
    expect(contentOf(where(`${url}/a`).path)).toBe(body)
  })

  it('that could not be taken when it had changed is not mixed with what was here before', async () => {
    const server = await fileServer({ '/a': { body, etag: '"1"', breakAfter: 4, noRanges: true } })
    const { fetch, where, folder } = machine()
    const address = `${server.url}/a`
    await fetch(address, { server })
    const changed = { body: body.toUpperCase(), etag: '"2"' }
    server.files.set('/a', { ...changed, claims: 1e15, stallAfter: 5 })
    const { text } = await fetch(address)
    const known = text.replace(server.url, 'URL').replace(/[\d,]+ bytes are free/, 'N bytes are free')
    expect(known.replace(/fetched\/\w{32}/, 'fetched/ID').replaceAll(folder, '<here>')).toBe(
      `error[disk-full] Expected to write what is fetched from URL/a, but no space is left on the disk (ENOSPC): 1,000,000,000,000,000 bytes are to come, N bytes are free (<here>/cache/fetched/ID/part).
hint: Make room and run again: it goes on from there.`,
    )
    // What is not taken is not waited for either.
    await expect.poll(() => server.stalled()).toBe(0)
    server.log.length = 0
    server.files.set('/a', changed)
    expect((await fetch(address)).text).toBe('')
    expect(contentOf(where(address).path)).toBe(body.toUpperCase())
    expect(server.log).toEqual(['GET /a'])
  })

  it('that came packed begins anew: its length here is not that of what was sent', async () => {
    const noise = Array.from({ length: 4000 }, (_, index) => sha256(String(index))).join('')
    const server = await fileServer({ '/a': { body: noise, etag: '"1"', packed: true, breakAfter: [60_000] } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    let arrived = 0
    const { text } = await fetch(address, {
      onEvent: event => {
        if (event.event === 'fetch' && event.bytes) arrived = event.bytes
        if (arrived > 0) server.arrived(Number.POSITIVE_INFINITY)
      },
    })
    expect([text, server.log]).toEqual(['', ['GET /a', 'GET /a']])
    expect(contentOf(where(address).path)).toBe(noise)
  })

  it('of which all was here when it was stopped needs no byte more', async () => {
    const server = await fileServer({ '/a': { body, etag: '"1"', claims: 30, breakAfter: 26, noRanges: true } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    await fetch(address, { server })
    const part = join(dirname(dirname(where(address).path)), 'part')
    expect(contentOf(part)).toBe(body)
    writeFileSync(`${part}.json`, JSON.stringify({ etag: '"1"', total: 26 }))
    server.files.set('/a', { body, etag: '"1"' })
    server.log.length = 0
    const flushed = await watchFlushing()
    expect((await fetch(address)).last).toEqual({ status: 'fetched', bytes: 26 })
    expect(contentOf(where(address).path)).toBe(body)
    expect(flushed).toContain(statSync(where(address).path).ino)
    expect(server.log).toEqual(['GET /a | range: bytes=26- | if-range: "1"'])
  })

  it('from which nothing comes any more is asked for again', async () => {
    const server = await fileServer({ '/a': { body, etag: '"1"', stallAfter: 20 } })
    const { fetch, where } = machine()
    expect((await fetch(`${server.url}/a`, { silenceMs: 2000 })).text).toBe('')
    expect(contentOf(where(`${server.url}/a`).path)).toBe(body)
    expect(server.log[1]).toBe('GET /a | range: bytes=20- | if-range: "1"')
  })

  it('is asked for anew only on demand: unchanged, changed, pinned', async () => {
    const server = await fileServer({ '/a': { body, etag: '"1"', lastModified: 'Mon, 02 Nov 2026 10:00:00 GMT' } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    await fetch(address)
    expect((await fetch(address, { anew: true })).last).toEqual({ status: 'found', bytes: 26 })
    server.files.set('/a', { body: 'other', etag: '"2"' })
    expect((await fetch(address)).last).toEqual({ status: 'found', bytes: 26 })
    expect((await fetch(address, { anew: true, sha256: sha256(body) })).last).toEqual({ status: 'found', bytes: 26 })
    expect((await fetch(address, { anew: true })).last).toEqual({ status: 'fetched', bytes: 5 })
    expect(contentOf(where(address).path)).toBe('other')
    expect(server.log).toEqual(['GET /a', 'GET /a | if-none-match: "1"', 'GET /a | if-none-match: "1"'])
  })

  it('by two runs at once: the second waits, then finds it', async () => {
    const server = await fileServer({ '/a': { body, stallAfter: 5 } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    const statuses: string[] = []
    const first = fetch(address)
    await expect.poll(() => server.log.length).toBe(1)
    const waits = new Promise<void>(resolve => {
      const second = fetch(address, {
        onEvent: event => {
          if (event.event !== 'fetch') return
          statuses.push(event.status)
          if (event.status === 'waiting') resolve()
        },
      })
      void second
    })
    await waits
    server.files.set('/a', { body })
    server.release()
    expect((await first).status).toBe('fetched')
    await expect.poll(() => statuses).toEqual(['pending', 'started', 'waiting', 'found'])
    expect(contentOf(where(address).path)).toBe(body)
  })

  it('an interruption leaves the part, from which the next run goes on', async () => {
    const server = await fileServer({ '/a': { body, etag: '"1"', stallAfter: 5 } })
    const { fetch, where } = machine()
    const address = `${server.url}/a`
    const controller = new AbortController()
    const stopped = await fetch(address, {
      signal: controller.signal,
      onEvent: event => {
        if (event.event === 'fetch' && event.bytes === 5) controller.abort()
      },
    })
    expect([stopped.status, stopped.last, stopped.text]).toEqual(['interrupted', { status: 'interrupted' }, ''])
    expect(where(address).there).toBe(false)
    server.files.set('/a', { body, etag: '"1"' })
    await fetch(address)
    expect(contentOf(where(address).path)).toBe(body)
    expect(server.log).toEqual(['GET /a', 'GET /a | range: bytes=5- | if-range: "1"'])
  })
})

describe('what is wrong with an address is said', () => {
  const again = 'hint: Run again later: what was fetched before is kept.'
  const rows: readonly (readonly [string, Served, string])[] = [
    [
      '404',
      { body, status: 404 },
      'error[fetch-not-found] Expected a file at URL/a; the server answers 404 (Not Found).\nhint: Check the address for a mistake.',
    ],
    [
      '403',
      { body, status: 403 },
      'error[fetch-forbidden] Expected to fetch URL/a; the server answers 403 (Forbidden): not everybody may have it.\nhint: Fetch it with what you have access by, and give the path.',
    ],
    [
      '500',
      { body, status: 500 },
      `error[fetch-refused] Expected to fetch URL/a; the server answers 500 (Internal Server Error), 3 times.\n${again}`,
    ],
    [
      '429',
      { body, status: 429, headers: { 'retry-after': '0' } },
      `error[fetch-refused] Expected to fetch URL/a; the server answers 429 (Too Many Requests), 3 times.\n${again}`,
    ],
    [
      '418',
      { body, status: 418 },
      `error[fetch-refused] Expected to fetch URL/a; the server answers 418 (I'm a Teapot).\n${again}`,
    ],
    [
      'nothing to be had',
      { body: '', headers: { 'content-type': 'text/plain' }, status: 204 },
      `error[fetch-refused] Expected to fetch URL/a; the server answers 204 (No Content).\n${again}`,
    ],
    [
      'what a redirect leads to, without the keys in its query',
      { body, status: 302, headers: { location: '/gone?key=secret' } },
      'error[fetch-not-found] Expected a file at URL/a; the server answers 404 (Not Found) at URL/gone.\nhint: Check the address for a mistake.',
    ],
    [
      'a circle',
      { body, status: 302, headers: { location: '/a' } },
      'error[fetch-redirects] Expected to fetch URL/a, but HOST leads from one address to the next without end.\nhint: Open the address in a browser, and take the one of the file itself.',
    ],
    [
      'broken again and again',
      { body, noRanges: true, etag: '"1"', breakAfter: 4 },
      'error[fetch-broken] Expected all of URL/a, but the connection to HOST broke 3 times; 4 bytes of 26 are here.\nhint: Run again: it goes on from there.',
    ],
    [
      'a part of it that was not asked for',
      { body, status: 206, headers: { 'content-range': 'bytes 4-25/26' } },
      `error[fetch-refused] Expected to fetch URL/a; the server answers 206 (Partial Content).\n${again}`,
    ],
    [
      'fewer bytes than it says',
      { body, claims: 30, breakAfter: 26, noRanges: true },
      'error[fetch-broken] Expected all of URL/a, but the connection to HOST broke 3 times; 26 bytes of 30 are here.\nhint: Run again: it goes on from there.',
    ],
  ]
  it.each(rows)('%s', async (_, served, expected) => {
    const server = await fileServer({ '/a': served })
    const { url } = server
    const { fetch, where } = machine()
    const { status, last, text } = await fetch(`${url}/a`, { server })
    expect([status, last]).toEqual(['failed', { status: 'failed' }])
    expect(text.replaceAll(url, 'URL').replaceAll(new URL(url).host, 'HOST')).toBe(expected)
    expect(where(`${url}/a`).there).toBe(false)
  })

  it('another digest than the one that is written beside it; nothing stays', async () => {
    const server = await fileServer({ '/a': { body } })
    const { fetch, where } = machine()
    const { text } = await fetch(`${server.url}/a`, { sha256: '0'.repeat(64) })
    expect(text.replaceAll(server.url, 'URL')).toBe(
      `error[wrong-sha256] Expected the SHA-256 digest ${'0'.repeat(64)} of what is fetched from URL/a; found ${sha256(body)}.\nhint: It is not the file that was meant; if it is the right one, write its digest.`,
    )
    const folder = dirname(dirname(where(`${server.url}/a`).path))
    expect(readdirSync(folder)).toEqual([])
  })

  it('a file where the cache has a folder', async () => {
    const { url } = await fileServer({ '/a': { body } })
    const { fetch, cache } = machine()
    mkdirSync(cache)
    writeFileSync(join(cache, 'fetched'), '')
    expect((await fetch(`${url}/a`)).text.replaceAll(url, 'URL').replaceAll(/fetched\/\w{32}/g, 'fetched/ID')).toBe(
      `error[fetch-not-writable] Expected to write what is fetched from URL/a, but ENOTDIR: not a directory, mkdir '<here>/cache/fetched/ID' (ENOTDIR) (<here>/cache/fetched/ID).
hint: Make it writable, or choose another folder: --cache-dir, and HF_HOME for what comes from the Hub.`,
    )
  })

  it('when it is said, nothing is waited for any more', async () => {
    const { url } = await fileServer()
    const { fetch } = machine()
    const silenceMs = 54_321
    const [begun, ended] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')]
    onTestFinished(() => void vi.restoreAllMocks())
    await fetch(`${url}/a`, { silenceMs })
    const timers = begun.mock.results.filter((_, index) => begun.mock.calls[index]?.[1] === silenceMs)
    expect(timers).toHaveLength(1)
    expect(ended.mock.calls.flat()).toContain(timers[0]?.value)
  })

  it('nobody listens', async () => {
    const url = await closedPort()
    const { fetch } = machine()
    const { text } = await fetch(`${url}/a`)
    expect(text.replaceAll(url, 'URL').replaceAll(new URL(url).host, 'HOST')).toBe(
      'error[no-network] Expected to fetch URL/a, but HOST cannot be reached (ECONNREFUSED).\nhint: Check the network, and HTTPS_PROXY where there is a proxy; then run again. What was fetched before is kept.',
    )
  })
})

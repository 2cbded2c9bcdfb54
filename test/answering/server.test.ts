import { once } from 'node:events'
import { openReader } from 'sluice/answering'
import { afterAll, describe, expect, it } from 'vitest'
import type { Question, Reader } from '../../src/answering/answering.types.ts'
import { openReaderThread } from '../../src/answering/reader-thread.ts'
import { serverOf } from '../../src/answering/server.ts'
import { casePath } from '../squad/case.ts'

const failures: Error[] = []
const onFailure = (error: Error) => void failures.push(error)
const options = { version: '1.2.3', most_waiting: 4, body_limit: 1000, onFailure }
const settings = { engine: 'onnx' as const, max_seq_length: 16, doc_stride: 4, max_query_length: 8 }
const reader = await openReader(casePath('65-resume-gives-the-same-weights', 'm'), settings)
const app = serverOf(reader, options)
afterAll(async () => {
  await app.close()
  await reader.close()
})

const asked = { question: 'what is by it ?', context: 'a cat is by the house' }
const post = (body: unknown, to = app) =>
  to.inject({
    method: 'POST',
    url: '/predict',
    payload: body as object,
    headers: { 'content-type': 'application/json' },
  })

describe('POST /predict', () => {
  it('answers as the reader does', async () => {
    const [answer] = await reader.answer([asked])
    const { nbest, ...one } = answer!
    const response = await post(asked)
    expect([response.statusCode, response.json()]).toEqual([200, one])
    expect((await post({ ...asked, id: 7, n_best: 3 })).json()).toEqual({ id: 7, ...one, nbest: nbest.slice(0, 3) })
  })

  it.each<[string, unknown, number, string]>([
    ['no question', { context: 'a' }, 400, "body must have required property 'question'"],
    ['a number as context', { ...asked, context: 5 }, 400, 'body/context must be string'],
    ['an unknown key', { ...asked, file: '/etc/passwd' }, 400, 'body must NOT have additional properties'],
    ['too many answers', { ...asked, n_best: 101 }, 400, 'body/n_best must be <= 100'],
    ['something that is not JSON', '{"question":', 400, expect.stringContaining('JSON') as never],
    ['too much', { ...asked, context: 'a '.repeat(600) }, 413, 'Request body is too large'],
    ['a context without words', { ...asked, context: ' \n' }, 422, 'Expected a context with words, found none.'],
  ])('refuses %s', async (_, body, status, error) => {
    const response = await post(body)
    expect([response.statusCode, response.json()]).toEqual([status, { error }])
  })

  it('refuses what is not declared as JSON', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/predict',
      payload: JSON.stringify(asked),
      headers: { 'content-type': 'text/plain' },
    })
    expect([response.statusCode, Object.keys(response.json())]).toEqual([400, ['error']])
  })

  it('says no more than that it failed where the fault is ours, and tells whoever runs it', async () => {
    const error = new Error('a tensor was lost in /home/me')
    const broken = serverOf({ answer: () => Promise.reject(error) }, options)
    const response = await post(asked, broken)
    expect([response.statusCode, response.json()]).toEqual([
      500,
      { error: 'The server failed; what it prints says how.' },
    ])
    expect(failures).toEqual([error])
  })

  it('says which header it needs', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/predict',
      payload: 'question=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([response.statusCode, response.json()]).toEqual([
      415,
      { error: 'Expected the header content-type: application/json.' },
    ])
  })

  it('refuses a question more than may wait, and says when to ask again', async () => {
    const waiting: (() => void)[] = []
    const held: Pick<Reader, 'answer'> = {
      async answer(questions: readonly Question[]) {
        await new Promise<void>(resolve => waiting.push(resolve))
        return questions.map(() => ({ answer: 'a', probability: 1, nbest: [] }))
      },
    }
    const busy = serverOf(held, options)
    const all = Array.from({ length: 6 }, () => post(asked, busy))
    const refused = await Promise.race(all)
    expect([refused.statusCode, refused.headers['retry-after'], refused.json()]).toEqual([
      503,
      '1',
      { error: '4 questions wait already.' },
    ])
    const health = await busy.inject('/health')
    expect(health.json()).toEqual({ status: 'ok', waiting: 4 })
    const done = Promise.all(all)
    // Batch by batch, however they were cut.
    while ((await busy.inject('/health')).json().waiting > 0) {
      waiting.shift()?.()
      await new Promise(resolve => setImmediate(resolve))
    }
    expect((await done).map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 200, 200, 503, 503])
    await busy.close()
  })
})

describe('other routes', () => {
  it('describe the server', async () => {
    const document = (await app.inject('/openapi.json')).json()
    expect([document.openapi, document.info.version, Object.keys(document.paths)]).toEqual([
      '3.1.0',
      '1.2.3',
      ['/predict', '/health'],
    ])
    const { schema } = document.paths['/predict'].post.requestBody.content['application/json']
    expect([schema.required, Object.keys(schema.properties)]).toEqual([
      ['question', 'context'],
      ['question', 'context', 'id', 'n_best'],
    ])
  })

  it.each([
    ['/', 'text/html; charset=utf-8', '<title>Ask the model</title>'],
    ['/page.js', 'text/javascript; charset=utf-8', 'textContent'],
    ['/page.css', 'text/css; charset=utf-8', 'main {'],
  ])('%s is part of the page', async (url, type, part) => {
    const { statusCode, headers, body } = await app.inject(url)
    expect([statusCode, headers['content-type']]).toEqual([200, type])
    expect(body).toContain(part)
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
    )
  })

  it.each(['/etc/passwd', '/../package.json', '/%2e%2e/package.json', '/page.js/../../x', '//vocab.txt'])(
    'do not lead to a file: %s',
    async url => {
      const { statusCode, body } = await app.inject(url)
      expect(statusCode).toBe(404)
      expect(Object.keys(JSON.parse(body))).toEqual(['error'])
    },
  )
})

describe('beside a question about a book', () => {
  const book = { question: 'what is by it ?', context: 'a cat is by the house '.repeat(2000) }

  it('others are answered, and told how it is', async () => {
    const readerThread = await openReaderThread(casePath('65-resume-gives-the-same-weights', 'm'), settings)
    const server = serverOf(readerThread, { ...options, body_limit: 100_000 })
    const order: string[] = []
    const long = post(book, server).then(() => order.push('book'))
    while ((await server.inject('/health')).json().waiting === 0) await new Promise(resolve => setImmediate(resolve))
    const short = post(asked, server).then(() => order.push('sentence'))
    await short
    order.push(`${(await server.inject('/health')).json().waiting} waits`)
    await long
    expect(order).toEqual(['sentence', '1 waits', 'book'])
    await server.close()
    await readerThread.close()
  })

  it('it is given up when who asked it hangs up', async () => {
    let begun: (signal: AbortSignal) => void
    const signal = new Promise<AbortSignal>(resolve => {
      begun = resolve
    })
    const held: Pick<Reader, 'answer'> = {
      async answer(_, signal) {
        begun(signal!)
        await once(signal!, 'abort')
        throw signal!.reason
      },
    }
    const told: Error[] = []
    const server = serverOf(held, { ...options, onFailure: error => void told.push(error) })
    const url = await server.listen({ port: 0, host: '127.0.0.1' })
    const client = new AbortController()
    const headers = { 'content-type': 'application/json' }
    const response = fetch(`${url}/predict`, {
      method: 'POST',
      headers,
      body: JSON.stringify(asked),
      signal: client.signal,
    })
    const given = await signal
    client.abort(new Error('gone'))
    await expect(response).rejects.toThrow('gone')
    if (!given.aborted) await once(given, 'abort')
    await server.close()
    expect(told).toEqual([])
  })
})

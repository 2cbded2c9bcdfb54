import { expect, it } from 'vitest'
import { patience, request } from '../../src/fetch/client.ts'
import { troubleOf } from '../../src/fetch/trouble.ts'

it('a refusal stays one, though its body cannot be let go', async () => {
  const body = new ReadableStream({
    cancel() {
      throw new Error('broken already')
    },
  })
  const client = {
    fetch: async () => new Response(body, { status: 404 }),
    patience,
    signal: new AbortController().signal,
  }
  const error = await request(client, 'http://e.org/a').catch(error => error)
  expect(troubleOf(error)).toEqual({ kind: 'status', status: 404, url: 'http://e.org/a' })
})

import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { isStageError } from '../plugin/stage-error.ts'
import { answerRecord } from './answer-record.ts'
import type { Question, Reader } from './answering.types.ts'
import { batcherOf } from './batch.ts'
import { page, script, style } from './serve-page.ts'
import { Asked, openApi } from './serve-schemas.ts'

export interface ServerOptions {
  readonly version: string
  /** Questions that may wait; one more is refused. */
  readonly most_waiting: number
  /** Bytes of a request. */
  readonly body_limit: number
  /** Told what went wrong where the fault is ours: who asked is told no more than that. */
  onFailure(error: Error): void
}

/** Seconds after which one who was refused may ask again. */
const RETRY_AFTER = '1'

/** A server that answers questions. No path of a request leads to a file: every route is one of these. */
export function serverOf(reader: Pick<Reader, 'answer'>, options: ServerOptions): FastifyInstance {
  const { version, most_waiting, body_limit, onFailure } = options
  const questions = batcherOf(reader)
  const app = Fastify({
    bodyLimit: body_limit,
    // A stopped server answers what it has begun, and refuses the rest.
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    // Nothing is made fit: a number is no text.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  })

  app.post<{ Body: Question & { id?: string | number; n_best: number } }>(
    '/predict',
    { schema: { body: Asked } },
    async (request, reply) => {
      if (questions.waiting >= most_waiting)
        return reply
          .code(503)
          .header('retry-after', RETRY_AFTER)
          .send({ error: `${most_waiting} questions wait already.` })
      const { id, n_best, question, context } = request.body
      const gone = goneSignal(reply)
      const answer = await questions.answer({ question, context }, gone).catch(error => {
        if (!gone.aborted) throw error
        return 'gone' as const
      })
      if (answer === 'gone') return reply.hijack()
      if (!answer) return reply.code(422).send({ error: 'Expected a context with words, found none.' })
      return { ...(id !== undefined && { id }), ...answerRecord(answer, n_best) }
    },
  )
  app.get('/health', async () => ({ status: 'ok', waiting: questions.waiting }))
  app.get('/openapi.json', async () => openApi(version))
  const files = [
    ['/', 'text/html', page],
    ['/page.js', 'text/javascript', script],
    ['/page.css', 'text/css', style],
  ] as const
  for (const [path, type, text] of files)
    app.get(path, async (_, reply) => reply.type(`${type}; charset=utf-8`).send(text))

  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', async (_, reply) => {
    // A connection that is kept alive would keep the server.
    if (closing) reply.header('connection', 'close')
    reply.headers({
      'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
      'x-content-type-options': 'nosniff',
    })
  })
  app.setNotFoundHandler(async ({ method, url }, reply) =>
    reply
      .code(404)
      .send({ error: `There is no ${method} ${url.split('?')[0]} here; GET /openapi.json says what there is.` }),
  )
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _, reply) => {
    if (isStageError(error)) return reply.code(422).send({ error: error.message })
    const { statusCode = 500, message } = error
    if (statusCode === 415)
      return reply.code(415).send({ error: 'Expected the header content-type: application/json.' })
    if (statusCode === 503) reply.header('retry-after', RETRY_AFTER)
    if (statusCode < 500 || statusCode === 503) return reply.code(statusCode).send({ error: message })
    onFailure(error)
    return reply.code(statusCode).send({ error: 'The server failed; what it prints says how.' })
  })
  return app
}

/** Aborts where who asked has hung up before the answer was there. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableEnded) controller.abort()
  })
  return controller.signal
}

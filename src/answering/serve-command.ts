import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { ownVersion } from '../plugin/package-root.ts'
import type { CommandContext } from '../plugin/stage-command.ts'
import { stageError } from '../plugin/stage-error.ts'
import type { Reader } from './answering.types.ts'
import { integerOf, readerSettings, textOf } from './flag-values.ts'
import { openReaderThread } from './reader-thread.ts'
import { serverOf } from './server.ts'

/** `pipeline serve MODEL`: answers over HTTP until it is told to stop. */
export async function serve(context: CommandContext): Promise<AsyncGenerator<string, boolean>> {
  const { flags } = context
  const [model = ''] = context.arguments
  const port = integerOf(flags, 'port', 0) ?? 8000
  const host = textOf(flags, 'host') ?? '127.0.0.1'
  const limits = {
    most_waiting: integerOf(flags, 'max-waiting', 1) ?? 256,
    body_limit: integerOf(flags, 'body-limit', 1) ?? 2 ** 20,
  }
  const settings = readerSettings(context)
  const reader = await openReaderThread(await context.modelFolder(model), settings)
  const onFailure = ({ stack, message }: Error) =>
    context.report({ code: 'request-failed', message: `A request failed: ${stack ?? message}` })
  const app = serverOf(reader, { ...limits, version: ownVersion(), onFailure })
  try {
    await app.listen({ port, host })
  } catch (error) {
    await reader.close()
    throw unavailable(error as NodeJS.ErrnoException, host, port)
  }
  return serving(app, reader, context)
}

async function* serving(app: ReturnType<typeof serverOf>, reader: Reader, { json, signal }: CommandContext) {
  try {
    const { address, port, family } = app.server.address() as AddressInfo
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`
    yield json ? `${JSON.stringify({ url })}\n` : `answers at ${url} (Ctrl-C stops it)\n`
    if (!signal.aborted) await once(signal, 'abort')
    return true
  } finally {
    // What has been asked is answered first.
    await app.close()
    await reader.close()
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'permission is denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
  ERR_SOCKET_BAD_PORT: 'a port is a number up to 65535',
}

function unavailable(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const reason = reasons[error.code ?? '']
  if (reason === undefined) return error
  return stageError({
    code: 'not-listening',
    message: `Expected to listen on ${host}, port ${port}, but ${reason}.`,
    hint: 'Name another one with --port, or --port 0 for any that is free.',
  })
}

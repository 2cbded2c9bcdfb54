import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, patiently, request } from './client.ts'
import { type Environment, hubHome } from './places.ts'
import { troubleError } from './trouble.ts'

/** Which Hub is asked, and as whom. */
export interface HubAccess {
  readonly endpoint: string
  readonly token?: string
  /** Where the token comes from, for messages. */
  readonly tokenFrom?: string
}

/** As Hugging Face's own libraries find them: HF_ENDPOINT, HF_TOKEN, and the file that `hf auth login` writes. */
export const hubAccess = (env: Environment): HubAccess => ({
  endpoint: (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, ''),
  ...tokenIn(env),
})

const tokenIn = (env: Environment): Pick<HubAccess, 'token' | 'tokenFrom'> => {
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
    const token = env[name]?.trim()
    if (token) return { token, tokenFrom: name }
  }
  const file = env.HF_TOKEN_PATH || join(hubHome(env), 'token')
  try {
    const token = readFileSync(file, 'utf8').trim()
    return token === '' ? {} : { token, tokenFrom: file }
  } catch {
    return {}
  }
}

/** The header for it. `fetch` sends it to no other host, wherever a redirect leads. */
export const authorization = ({ token }: HubAccess): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

/**
 * A `fetch` for `@huggingface/hub`, whose own errors drop the header by which the Hub tells a missing repository from a
 * missing revision, whose requests are not tried again, and which goes on wherever an answer says: the token is for the
 * endpoint alone, and so are the requests.
 */
export const hubFetch = (client: Client, access: HubAccess): typeof fetch =>
  (async (url: string, init: RequestInit = {}) => {
    const [{ origin }, { origin: ours, host }] = [new URL(url), new URL(access.endpoint)]
    if (origin !== ours) throw troubleError({ kind: 'answer', host, message: `it goes on at ${origin}` })
    const headers = { ...Object.fromEntries(new Headers(init.headers)), ...authorization(access) }
    return patiently(client, async () => received(await request(client, url, { ...init, headers }), client, host))
  }) as typeof fetch

/** An answer of which all is here: where the connection breaks before, it can be asked for again. */
const received = async (response: Response, { signal }: Client, host: string): Promise<Response> => {
  const text = await response.text().catch(() => {
    signal.throwIfAborted()
    throw troubleError({ kind: 'broken', host })
  })
  return new Response(text, { headers: response.headers })
}

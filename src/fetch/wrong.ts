import { STATUS_CODES } from 'node:http'
import { refusalOf } from '../cache/refusal.ts'
import { type Diagnostic, type DiagnosticsError, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { grouped } from '../diagnostic/grouped.ts'
import type { Address, HubAddress } from '../plan/address.ts'
import type { Written } from '../plan/plan.ts'
import { type Trouble, troubleOf } from './trouble.ts'

/** What a diagnostic about an address needs to know. */
export interface Asked {
  readonly address: Address
  readonly written: Written
  /** The Hub that is asked, and where the token for it comes from, if there is one. */
  readonly hub: { readonly endpoint: string; readonly tokenFrom?: string }
  readonly tries: number
}

type Words = Pick<Diagnostic, 'code' | 'message' | 'hint'>

/** The error to throw about an address. */
export const wrong = ({ written }: Pick<Asked, 'written'>, words: Words): DiagnosticsError =>
  diagnosticsError({ severity: 'error', ...written, ...words })

/** What was thrown while an address was fetched, in words; `undefined` for what is a bug of ours. */
export const inWords = (error: unknown, asked: Asked): DiagnosticsError | undefined => {
  const trouble = troubleOf(error)
  const words = trouble ? troubleWords(trouble, asked) : refusalWords(error, asked)
  return words && wrong(asked, words)
}

const troubleWords = (trouble: Trouble, asked: Asked): Words => {
  const { text } = asked.address
  switch (trouble.kind) {
    case 'status':
      return (
        (asked.address.kind === 'hub' ? hubWords(trouble, asked, asked.address) : undefined) ??
        statusWords(trouble, asked)
      )
    case 'unreachable':
      return {
        code: 'no-network',
        message: `Expected to fetch ${text}, but ${trouble.host} cannot be reached (${trouble.reason}).`,
        hint: 'Check the network, and HTTPS_PROXY where there is a proxy; then run again. What was fetched before is kept.',
      }
    case 'broken':
      return {
        code: 'fetch-broken',
        message: `Expected all of ${text}, but the connection to ${trouble.host} broke ${asked.tries} times${partWords(trouble)}.`,
        hint: 'Run again: it goes on from there.',
      }
    case 'redirects':
      return {
        code: 'fetch-redirects',
        message: `Expected to fetch ${text}, but ${trouble.host} leads from one address to the next without end.`,
        hint: 'Open the address in a browser, and take the one of the file itself.',
      }
    case 'answer':
      return {
        code: 'hub-answer',
        message: `Expected an answer of the Hub about ${text}; what ${trouble.host} answers is none (${trouble.message}).`,
        hint: 'Check HF_ENDPOINT.',
      }
    case 'length':
      return {
        code: 'wrong-length',
        message: `Expected ${bytesOf(trouble.expected)} of ${text}; the server sends ${grouped(trouble.bytes)}.`,
        hint: 'Something between here and the server changes what it sends, or it is being replaced there: run again later.',
      }
  }
}

const partWords = ({ bytes, total }: Extract<Trouble, { kind: 'broken' }>): string =>
  bytes === undefined ? '' : `; ${bytesOf(bytes)}${total === undefined ? '' : ` of ${grouped(total)}`} are here`

const bytesOf = (bytes: number): string => `${grouped(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`

type Status = Extract<Trouble, { kind: 'status' }>

const answer = ({ status }: Status): string => {
  const name = STATUS_CODES[status]
  return `${status}${name === undefined ? '' : ` (${name})`}`
}

const statusWords = (trouble: Status, { address: { text }, tries }: Asked): Words => {
  const { status, url } = trouble
  const from = text.startsWith(url) ? '' : ` at ${url}`
  if (status === 404 || status === 410)
    return {
      code: 'fetch-not-found',
      message: `Expected a file at ${text}; the server answers ${answer(trouble)}${from}.`,
      hint: 'Check the address for a mistake.',
    }
  if (status === 401 || status === 403)
    return {
      code: 'fetch-forbidden',
      message: `Expected to fetch ${text}; the server answers ${answer(trouble)}${from}: not everybody may have it.`,
      hint: 'Fetch it with what you have access by, and give the path.',
    }
  return {
    code: 'fetch-refused',
    message: `Expected to fetch ${text}; the server answers ${answer(trouble)}${from}${status === 429 || status >= 500 ? `, ${tries} times` : ''}.`,
    hint: 'Run again later: what was fetched before is kept.',
  }
}

/** What the Hub's answers mean; some of them it tells apart by a header. */
const hubWords = (
  trouble: Status,
  { hub }: Asked,
  { text, type, repo, revision, file }: HubAddress,
): Words | undefined => {
  const { status, code, message = '' } = trouble
  const { endpoint, tokenFrom } = hub
  const page = `${endpoint}/${type === 'dataset' ? 'datasets/' : ''}${repo}`
  if (code === 'RevisionNotFound')
    return {
      code: 'hub-revision',
      message: `Expected a branch, a tag or a commit of ${repo}; it has no \`${revision}\` (${text}).`,
      hint: `${page}/commits lists its commits.`,
    }
  if (code === 'EntryNotFound')
    return {
      code: 'hub-file',
      message: `Expected a file of ${repo}; it has no \`${file}\` (${text}).`,
      hint: `${page}/tree/${revision} lists its files.`,
    }
  if (code === 'GatedRepo')
    return {
      code: 'hub-gated',
      message: `Expected to fetch ${text}; ${repo} is given only to those who accept its conditions.`,
      hint: `Accept them at ${page}, and ${tokenFrom === undefined ? 'set HF_TOKEN to a token of your account' : `see that the token (${tokenFrom}) is of that account`}.`,
    }
  if (status === 401 && /invalid (credentials|username)/i.test(message))
    return {
      code: 'hub-token',
      message: `Expected to fetch ${text}; ${endpoint} refuses the token (${tokenFrom ?? 'none was sent'}).`,
      hint: `Take a new one from ${endpoint}/settings/tokens.`,
    }
  if (code === 'RepoNotFound' || status === 401 || status === 404)
    return {
      code: 'hub-repository',
      message: `Expected a ${type} on ${endpoint}; there is no ${repo}, or it is private (${text}).`,
      hint: `Check its name; for a private one, ${tokenFrom === undefined ? 'set HF_TOKEN to a token that may read it' : `see that the token (${tokenFrom}) may read it`}.`,
    }
  if (status === 403)
    return {
      code: 'hub-forbidden',
      message: `Expected to fetch ${text}; ${endpoint} answers ${answer(trouble)}${message === '' ? '' : `: ${message}`}.`,
      hint: `See at ${page} who may have it; ${tokenFrom === undefined ? 'no token was sent (HF_TOKEN)' : `the token is that of ${tokenFrom}`}.`,
    }
  return undefined
}

/** What download.ts says of a disk that is too small. */
interface Lack {
  readonly needed?: number
  readonly free?: number
}

/** What a disk refused. */
const refusalWords = (error: unknown, { address: { text } }: Asked): Words | undefined => {
  const { code = '', path, message, needed, free } = (error ?? {}) as NodeJS.ErrnoException & Lack
  // Any other fault of a file system (a file where a folder should be …) is nobody's bug either.
  const refusal = refusalOf(error) ?? (path === undefined ? undefined : { code, reason: message, path })
  if (refusal === undefined) return undefined
  const lack = needed === undefined ? '' : `: ${bytesOf(needed)} are to come, ${bytesOf(free ?? 0)} are free`
  const where = refusal.path === undefined ? '' : ` (${refusal.path})`
  const full = refusal.code === 'ENOSPC' || refusal.code === 'EDQUOT'
  return {
    code: full ? 'disk-full' : 'fetch-not-writable',
    message: `Expected to write what is fetched from ${text}, but ${refusal.reason} (${refusal.code})${lack}${where}.`,
    hint: full
      ? 'Make room and run again: it goes on from there.'
      : 'Make it writable, or choose another folder: --cache-dir, and HF_HOME for what comes from the Hub.',
  }
}

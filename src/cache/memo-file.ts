import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** A line of the memo. */
export interface MemoLine {
  /** Of the file's content; see `identity`. */
  readonly identity: string
  /** SHA-256, hex. */
  readonly digest: string
  /** Where the file lay when it was read; none for what lies in the cache itself, whose manifests know. */
  readonly path?: string
}

/** A line as it is written: with a check sum of itself, because a damaged digest would be believed. */
export const memoText = ({ identity, digest, path }: MemoLine): string => {
  const text = path === undefined ? `${identity} ${digest}` : `${identity} ${digest} ${JSON.stringify(path)}`
  return `${checkSum(text)} ${text}`
}

export interface MemoFile {
  /** Of two lines about one content the later counts. */
  readonly lines: ReadonlyMap<string, MemoLine>
  /** How many lines cannot be made out. */
  readonly damaged: number
  readonly text: string
}

/** Reads a memo; one that is not there, or cannot be read, is empty. */
export const readMemo = (file: string): MemoFile => {
  const text = textOf(file)
  const lines = new Map<string, MemoLine>()
  let damaged = 0
  for (const each of text.split('\n')) {
    const read = parse(each)
    if (read !== undefined) lines.set(read.identity, read)
    else if (each !== '') damaged++
  }
  return { lines, damaged, text }
}

/**
 * The digests in a memo, by the identity of the content. A line is looked at more closely when it is asked for: a run asks for few of
 * many. What is damaged is not known.
 */
export const readDigests = (file: string): { readonly text: string; get(identity: string): string | undefined } => {
  const text = textOf(file)
  // Where each line starts: a run with nothing to do spends what time it has on what it allocates.
  const lines = new Map<string, number>()
  for (let start = 0; start < text.length; start = endOf(text, start) + 1) {
    const at = text.indexOf(' ', start) + 1
    const end = text.indexOf(' ', at)
    if (at > 0 && end > 0 && end < endOf(text, start)) lines.set(text.slice(at, end), start)
  }
  return {
    text,
    get(identity) {
      const start = lines.get(identity)
      return start === undefined ? undefined : parse(text.slice(start, endOf(text, start)))?.digest
    },
  }
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const endOf = (text: string, start: number): number => {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}

const pattern = /^([0-9a-f]{8}) ((\d+:\d+:\d+:\d+:\d+) ([0-9a-f]{64})(?: (".*"))?)$/

const parse = (line: string): MemoLine | undefined => {
  const [, sum, text = '', identity = '', digest = '', path] = pattern.exec(line) ?? []
  if (sum === undefined || sum !== checkSum(text)) return undefined
  return { identity, digest, ...(path !== undefined && { path: JSON.parse(path) }) }
}

const checkSum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

import { isAscii, isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { stageError } from '../plugin/stage-error.ts'

/**
 * The text of a UTF-8 file, without its byte-order mark; a gzip file is unpacked.
 *
 * @throws stageError where the file cannot be read, is a damaged gzip file, or its bytes are not UTF-8.
 */
export const readText = async (file: string): Promise<string> => decode(await readUtf8(file))

/** As `readText`, and leaves the text in its bytes: a string has at most 512 MB. */
export async function readUtf8(file: string): Promise<Buffer> {
  const bytes = await unpacked(file, await readBytes(file))
  if (!isUtf8(bytes)) throw notUtf8(file, bytes)
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes
}

/** The text in bytes that are UTF-8. ASCII, which most are, is decoded several times as fast by name. */
export const decode = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')

const byteOrderMark = Buffer.from('\ufeff')

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const found = code === 'EISDIR' ? 'a folder' : `one that cannot be read (${message})`
    throw stageError({ code: 'unreadable-file', message: `Expected a file, found ${found}.`, file })
  }
}

async function unpacked(file: string, bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await promisify(gunzip)(bytes)
  } catch (error) {
    const message = `Expected a gzip file, found one that cannot be unpacked (${(error as Error).message}).`
    throw stageError({ code: 'bad-gzip', message, file, hint: 'It may have been cut off: fetch it again.' })
  }
}

function notUtf8(file: string, bytes: Buffer) {
  const at = firstInvalid(bytes)
  const line = 1 + bytes.subarray(0, at).filter(byte => byte === 0x0a).length
  const byte = bytes[at]!.toString(16).padStart(2, '0')
  return stageError({
    code: 'not-utf8',
    message: `Expected UTF-8 text, found the byte 0x${byte} at offset ${at} (line ${line}).`,
    file,
    hint: 'Convert the file to UTF-8, for instance with `iconv -f LATIN1 -t UTF-8`.',
  })
}

/** Offset of the first byte that is not UTF-8: where decoding gives U+FFFD and the bytes do not say so. */
function firstInvalid(bytes: Buffer): number {
  const parts = bytes.toString().split('\ufffd')
  let at = Buffer.byteLength(parts[0]!)
  for (const part of parts.slice(1)) {
    if (bytes.readUIntBE(at, Math.min(3, bytes.length - at)) !== 0xefbfbd) break
    at += 3 + Buffer.byteLength(part)
  }
  return at
}

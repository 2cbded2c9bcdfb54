import { constants } from 'node:buffer'
import { stageError } from '../plugin/stage-error.ts'
import { type ByteRange, findArticles } from './find-articles.ts'
import { jsonMistake } from './json-mistake.ts'
import { decode } from './read-text.ts'

/**
 * What the bytes of a SQuAD file say, as `JSON.parse` gives it, but for the articles, which are parsed one at a time while `data` is
 * gone through: what is made of a file is many times as large as its bytes.
 *
 * @throws stageError, then or later, where the bytes are not JSON.
 */
export function parseSquad(bytes: Buffer, file: string): unknown {
  const found = findArticles(bytes)
  const others = found && parsed(Buffer.concat([bytes.subarray(0, found.start), emptyList, bytes.subarray(found.end)]))
  if (!found || others === undefined) return parseWhole(bytes, file)
  return { ...(others as object), data: { [Symbol.iterator]: () => eachArticle(bytes, found.articles, file) } }
}

const emptyList = Buffer.from('[]')

function* eachArticle(bytes: Buffer, articles: Iterable<ByteRange>, file: string) {
  for (const { start, end } of articles) {
    const article = parsed(bytes.subarray(start, end))
    // Then the whole is no JSON either, and it is that which says where.
    yield article === undefined ? parseWhole(bytes, file) : article
  }
}

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || isTooLong(error)) return undefined
    throw error
  }
}

function parseWhole(bytes: Buffer, file: string): unknown {
  const text = wholeText(bytes, file)
  try {
    return JSON.parse(text)
  } catch {
    if (text.trim() === '')
      throw stageError({ code: 'empty-file', message: 'Expected SQuAD data, found an empty file.', file })
    const mistake = jsonMistake(text)
    if (mistake === undefined) throw new Error(`${file}: refused by JSON.parse, but no mistake was found`)
    const { line, column, expected, found } = mistake
    throw stageError({
      code: 'bad-json',
      message: `Expected JSON, but at line ${line}, column ${column} stands ${found} in place of ${expected}.`,
      file,
      pointer: `${line}:${column}`,
    })
  }
}

function wholeText(bytes: Buffer, file: string): string {
  try {
    return decode(bytes)
  } catch (error) {
    if (!isTooLong(error)) throw error
    throw stageError({
      code: 'bad-json',
      message: `Expected {"data": […]} in JSON, of articles that are at most ${longest} long each; found ${bytes.length.toLocaleString('en')} bytes that are not, too many for a search of the mistake.`,
      file,
      hint: 'Where it is JSON, make several articles of the longest.',
    })
  }
}

const longest = `${constants.MAX_STRING_LENGTH.toLocaleString('en')} characters`

const isTooLong = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG'

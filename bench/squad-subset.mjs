// Parts of a SQuAD file, as SQuAD files: both sides of a benchmark then read the same.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** The articles of a .json or .json.gz file. */
export function readSquad(file) {
  const bytes = readFileSync(file)
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).data
}

export function writeSquad(file, data) {
  writeFileSync(file, JSON.stringify({ version: '1.1', data }))
  return file
}

/** The first so many questions. */
export function firstQuestions(data, count) {
  let left = count
  return keep(data, () => left-- > 0)
}

/** So many questions from all over the file: which ones is decided by the seed and their ids. */
export function someQuestions(data, count, seed) {
  const rank = ({ id }) => createHash('sha256').update(`${seed} ${id}`).digest('hex')
  const all = questionsOf(data)
  const chosen = new Set(
    all
      .map(qa => ({ qa, rank: rank(qa) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, count)
      .map(({ qa }) => qa.id),
  )
  return keep(data, ({ id }) => chosen.has(id))
}

export const questionsOf = data => data.flatMap(({ paragraphs }) => paragraphs.flatMap(({ qas }) => qas))

/** Paragraphs and articles that no question is left of go too. */
const keep = (data, wanted) =>
  data
    .map(article => ({
      ...article,
      paragraphs: article.paragraphs
        .map(paragraph => ({ ...paragraph, qas: paragraph.qas.filter(wanted) }))
        .filter(({ qas }) => qas.length > 0),
    }))
    .filter(({ paragraphs }) => paragraphs.length > 0)

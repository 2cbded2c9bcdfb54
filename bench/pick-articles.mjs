// Writes a part of a SQuAD file: the articles from one place to before another, or as many as come first.
// usage: node bench/pick-articles.mjs IN.json[.gz] OUT.json FROM [TO]
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const [, , from, to, first, end] = process.argv
const bytes = readFileSync(from)
const { data, ...rest } = JSON.parse((from.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
const picked = data.slice(Number(first), end === undefined ? undefined : Number(end))
writeFileSync(to, JSON.stringify({ ...rest, data: picked }))
const questions = picked.flatMap(article => article.paragraphs.flatMap(({ qas }) => qas)).length
console.log(
  `${picked.length} of ${data.length} articles, ${questions} questions: ${picked.map(each => each.title).join(', ')}`,
)

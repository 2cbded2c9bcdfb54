// Writes a part of a SQuAD file: the articles from one place on, or from there to before another.
// usage: node bench/pick-articles.mjs IN.json[.gz] OUT.json FROM [TO]
import { questionsOf, readSquad, writeSquad } from './squad-subset.mjs'

const [, , from, to, first, end] = process.argv
const articles = readSquad(from)
const picked = articles.slice(Number(first), end === undefined ? undefined : Number(end))
writeSquad(to, picked)
const titles = picked.map(({ title }) => title).join(', ')
console.log(`${picked.length} of ${articles.length} articles, ${questionsOf(picked).length} questions: ${titles}`)

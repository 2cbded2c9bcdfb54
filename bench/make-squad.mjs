// Makes a SQuAD file of a given size from a real one: copies of its passages, each copy with a word of its own in every
// sentence, so that no context is met twice and no cache of words helps more than it would on real data.
// usage: node bench/make-squad.mjs IN.json[.gz] OUT.json QUESTIONS
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const consonants = 'bcdfghjklmnpqrstvwz'
const vowels = 'aeiou'

/** A word that can be spoken, another for each number. */
function ownWord(number) {
  let word = ''
  for (let rest = number + 1000; rest > 0; rest = Math.floor(rest / 95)) {
    word += consonants[rest % 19] + vowels[Math.floor(rest / 19) % 5]
  }
  return word
}

export function makeSquad(data, questions) {
  const articles = []
  let made = 0
  let words = 0
  for (let copy = 0; made < questions; copy++) {
    for (const article of data) {
      const paragraphs = []
      for (const { context, qas } of article.paragraphs) {
        if (made >= questions) break
        // Offsets count code points, JavaScript's strings UTF-16 units: only texts where the two agree are copied.
        if (/[\ud800-\udfff]/.test(context)) continue
        const kept = qas.slice(0, questions - made)
        const answers = kept.flatMap(qa => qa.answers)
        const cutsAnswer = at =>
          answers.some(({ text, answer_start }) => answer_start < at && at < answer_start + text.length)
        const sentences = [...context.matchAll(/[.!?] (?=\S)/g)].map(({ index }) => index + 2)
        const inserts = [0, ...sentences.filter(at => !cutsAnswer(at))]
        const own = inserts.map(() => `${ownWord(words++)} `)
        let text = ''
        inserts.forEach((at, i) => {
          text += own[i] + context.slice(at, inserts[i + 1])
        })
        const moved = start => start + inserts.reduce((sum, at, i) => sum + (at <= start ? own[i].length : 0), 0)
        paragraphs.push({
          context: text,
          qas: kept.map(qa => ({
            ...qa,
            id: `${qa.id}-${copy}`,
            answers: qa.answers.map(answer => ({ ...answer, answer_start: moved(answer.answer_start) })),
          })),
        })
        made += kept.length
      }
      articles.push({ title: `${article.title} ${copy}`, paragraphs })
    }
  }
  return { version: '1.1', data: articles }
}

if (process.argv[1] === import.meta.filename) {
  const [, , from, to, questions] = process.argv
  const bytes = readFileSync(from)
  const { data } = JSON.parse((from.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
  writeFileSync(to, JSON.stringify(makeSquad(data, Number(questions))))
}

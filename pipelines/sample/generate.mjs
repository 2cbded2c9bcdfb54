// Writes the sample: train.json and dev.json (SQuAD v1.1), vocab.txt. Same seed, same bytes.
//   node pipelines/sample/generate.mjs
// A passage tells of two things of one kind: one fact of both, so that a question about it needs the name, and others of
// one of them each. Every fact has several wordings, and so has every question.
// Held-out passages use names that no training passage has: of all pairs of parts, every eighth is theirs alone.
import { writeFileSync } from 'node:fs'
import { asides, facts, lists, openings } from './facts.mjs'
import { isWoman, naming } from './names.mjs'
import { makeRandom } from './random.mjs'
import { makeVocabulary } from './vocabulary.mjs'

const passages = { train: 4500, dev: 150 }
const held = { train: false, dev: true }
const here = name => new URL(name, import.meta.url)

function write(split, seed) {
  const random = makeRandom(seed)
  const paragraphs = Array.from({ length: passages[split] }, (_, at) =>
    paragraph(random, held[split], `${split}-${at}`),
  )
  const data = paragraphs.map(({ title, ...rest }) => ({ title, paragraphs: [rest] }))
  writeFileSync(
    here(`${split}.json`),
    `{"version":"1.1","data":[\n${data.map(entry => JSON.stringify(entry)).join(',\n')}\n]}\n`,
  )
}

function paragraph(random, heldOut, id) {
  const world = makeWorld(random, heldOut)
  const passage = tell(random, world)
  const context = passage.map(part => part.text).join('')
  const qas = questions(random, world, passage).map((question, at) => ({ id: `${id}-${at}`, ...question }))
  return { title: world.things.map(thing => thing.name).join(', '), context, qas }
}

/** Things of one kind and what is true of them: no name, part of a name or value is used twice in a world. */
function makeWorld(random, heldOut) {
  const kind = random.pick(Object.keys(facts))
  const used = new Set()
  const fresh = make => {
    for (;;) {
      const value = make()
      const parts = value.parts ?? [value.name]
      if (parts.every(part => !used.has(part))) {
        for (const part of parts) used.add(part)
        return value
      }
    }
  }
  const thing = of => fresh(() => (of in naming ? makeName(random, of, heldOut) : { name: makeValue(random, of) }))
  const things = Array.from({ length: 2 }, () => thing(kind))
  // One kind of fact is told of both; the others of one of them each.
  const [shared, ...others] = random.shuffle(facts[kind]).slice(0, random.between(4, 5))
  const owners = random.shuffle(others.map((_, at) => things[at % 2]))
  const told = things.flatMap(subject =>
    [shared, ...others.filter((_, at) => owners[at] === subject)].map(fact => ({
      subject,
      fact,
      value: thing(fact.of),
    })),
  )
  return { kind, things, told }
}

function makeName(random, kind, heldOut) {
  const { first, second, join, before = '', article = '', lower = false } = naming[kind]
  for (;;) {
    const [i, j] = [random.below(first.length), random.below(second.length)]
    if (((i + j) % 8 === 0) !== heldOut) continue
    const name = before + first[i] + join + second[j]
    return {
      kind,
      name: lower ? name.toLowerCase() : name,
      article,
      parts: [...stemsOf(first[i]), ...stemsOf(second[j])],
    }
  }
}

/** What must not occur twice in a world: the beginning of a made-up word, since its ending tells the kind alone. */
const stemsOf = part => [part.slice(0, 3).toLowerCase()]

function makeValue(random, of) {
  if (of === 'year') return String(random.between(1500, 1999))
  if (of === 'size') return String(random.between(11, 990))
  if (of === 'count') return String(random.between(11, 99) * 100)
  return random.pick(lists[of])
}

/** The passage as parts of text, some of which are a mention of a thing or of a value. */
function tell(random, { kind, things, told }) {
  const byFact = [...told].sort((a, b) => facts[kind].indexOf(a.fact) - facts[kind].indexOf(b.fact))
  const order = random.weighted([
    [0.45, told],
    [0.3, byFact],
    [0.25, random.shuffle(told)],
  ])
  const parts = []
  if (random.chance(0.2)) parts.push(...sentence(fill(random.pick(openings), { names: enumerate(things) })))
  let last
  for (let at = 0; at < order.length; at++) {
    const [one, two] = [order[at], order[at + 1]]
    const subject = refer(random, kind, one.subject, last)
    const predicate = says(random, one.fact)
    if (two && !predicate.includes('{s}') && random.chance(0.45)) {
      const next = says(random, two.fact, two.subject === one.subject)
      if (two.subject === one.subject) {
        const both = random.chance(0.3)
          ? `{s}, ${kind === 'person' ? 'who' : 'which'} ${predicate}, ${next.replaceAll('{v}', '{w}')}`
          : `{s} ${predicate} and ${next.replaceAll('{v}', '{w}')}`
        parts.push(...sentence(fill(both, { s: subject, v: value(one), w: value(two) })))
      } else {
        const second = next.includes('{s}') ? next : `{s} ${next}`
        parts.push(
          ...sentence([
            ...fill(`{s} ${predicate}`, { s: subject, v: value(one) }),
            { text: random.pick([', while ', '; ', ', and ', ', but ']) },
            ...fill(second, { s: mention(two.subject), v: value(two) }),
          ]),
        )
      }
      last = two.subject
      at++
    } else {
      parts.push(
        ...sentence(fill(predicate.includes('{s}') ? predicate : `{s} ${predicate}`, { s: subject, v: value(one) })),
      )
      last = one.subject
    }
    if (random.chance(0.08)) parts.push(...sentence([{ text: random.pick(asides).slice(0, -1) }]))
  }
  parts.at(-1).text = parts.at(-1).text.trimEnd()
  return parts
}

const says = (random, fact, predicateOnly = false) =>
  random.pick(predicateOnly ? fact.says.filter(text => !text.includes('{s}')) : fact.says)
const value = ({ value: of, fact }) => (of.parts ? mention(of) : [{ text: of.name + (fact.unit ?? ''), of }])
const mention = thing => [{ text: thing.article ?? '' }, { text: thing.name, of: thing }]
const enumerate = things =>
  things.flatMap((thing, at) => [
    { text: at === 0 ? '' : at === things.length - 1 ? ' and ' : ', ' },
    ...mention(thing),
  ])

function refer(random, kind, thing, last) {
  if (thing !== last || random.chance(0.4)) return mention(thing)
  if (kind === 'person' && random.chance(0.4)) return [{ text: thing.name.split(' ')[1] }]
  return [{ text: kind === 'person' ? (isWoman(thing.name) ? 'she' : 'he') : 'it' }]
}

function fill(template, values) {
  return template
    .split(/(\{\w+\})/)
    .flatMap(text => (text.startsWith('{') ? values[text.slice(1, -1)] : text ? [{ text }] : []))
}

function sentence(parts) {
  const at = parts.findIndex(part => part.text)
  const text = parts[at].text
  const whole = parts.map((part, i) => (i === at ? { ...part, text: text[0].toUpperCase() + text.slice(1) } : part))
  const ends = whole.at(-1).text.endsWith('.')
  return [...whole, { text: ends ? ' ' : '. ' }]
}

const measures = new Set(['year', 'count', 'size', 'day', 'month', 'purpose', 'topic'])

/** A question for every value told, and for some the way round: which thing is it that this is true of? */
function questions(random, { told }, passage) {
  return told.flatMap(({ subject, fact, value: of }) => {
    const s = (subject.article ?? '') + subject.name
    const v = (of.article ?? '') + of.name + (fact.unit ?? '')
    const ask = template => sentenceCase(template.replace('{s}', s).replace('{v}', v))
    const asked = { question: ask(random.pick(fact.asks)), answers: [place(passage, of)] }
    const found = { question: ask(random.pick(fact.finds)), answers: [place(passage, subject, of)] }
    // A year or a number says little of whose it is: only names and words are asked the other way round.
    if (measures.has(fact.of)) return [asked]
    return random.weighted([
      [0.5, [asked]],
      [0.3, [found]],
      [0.2, [asked, found]],
    ])
  })
}

const sentenceCase = text => text[0].toUpperCase() + text.slice(1)

/** Where a thing is named; of several places the last before or else the first after that of `near`. */
function place(passage, of, near = of) {
  let at = 0
  let best
  let seen = false
  for (const part of passage) {
    if (part.of === of && (!seen || !best)) best = { text: part.text, answer_start: at }
    if (part.of === near) seen = true
    at += part.text.length
  }
  return best
}

write('train', 1)
write('dev', 2)
writeFileSync(here('vocab.txt'), `${makeVocabulary().join('\n')}\n`)

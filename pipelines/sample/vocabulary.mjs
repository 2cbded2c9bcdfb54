import { asides, facts, lists, openings } from './facts.mjs'
import { beginnings, endings } from './names.mjs'

/** A WordPiece vocabulary for the sample: every word of its sentences, every part of its names, numbers by two digits, and letters for the rest. */
export function makeVocabulary() {
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  const digits = [...'0123456789']
  const pairs = digits.flatMap(a => digits.map(b => a + b))
  const templates = Object.values(facts)
    .flat()
    .flatMap(fact => [...fact.says, ...fact.asks, ...fact.finds, fact.unit ?? ''])
  const sentences = [
    ...asides,
    ...openings,
    ...templates,
    ...Object.values(lists).flat(),
    'the while and but who which of Mount she he it',
  ]
  const text = sentences
    .join(' ')
    .replace(/\{\w+\}/g, ' ')
    .toLowerCase()
    .match(/[a-z]+/g)
  const continued = [...letters, ...digits, ...pairs, ...endings].map(part => `##${part}`)
  return [
    ...new Set([
      '[PAD]',
      '[UNK]',
      '[CLS]',
      '[SEP]',
      '[MASK]',
      ...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
      ...digits,
      ...pairs,
      ...letters,
      ...[...new Set([...text, ...beginnings.map(part => part.toLowerCase())])].sort(),
      ...continued,
    ]),
  ]
}

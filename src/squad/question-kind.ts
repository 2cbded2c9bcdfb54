/** What a question asks for, by its word. */
export type QuestionKind = keyof typeof words | 'other'

/** The words that ask, in English and in Chinese. Of those that a question holds the first counts, of two in one place the longer. */
const words = {
  what: ['what', "what's", 'whats', '什么', '何'],
  who: ['who', "who's", 'whom', 'whose', '谁', '哪位'],
  when: ['when', '何时', '什么时候', '什么时间', '哪年', '哪一年', '哪一天', '几月', '几时'],
  where: ['where', '哪里', '哪儿', '何处', '何地', '什么地方', '哪个地方'],
  why: ['why', '为什么', '为何'],
  how: ['how', '怎么', '怎样', '如何', '多少', '多久', '多大', '多长', '多高', '几'],
  which: ['which', '哪', '哪个', '哪些', '哪一个', '哪种'],
} as const

/** All kinds, in the order in which they are shown. */
export const questionKinds: readonly QuestionKind[] = [...(Object.keys(words) as (keyof typeof words)[]), 'other']

interface Asking {
  readonly kind: QuestionKind
  readonly word: string
  readonly pattern: RegExp
}

const asking: readonly Asking[] = Object.entries(words).flatMap(([kind, all]) =>
  all.map(word => ({
    kind: kind as QuestionKind,
    word,
    // Chinese has no spaces between words.
    pattern: /^[a-z']+$/.test(word)
      ? new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'iu')
      : new RegExp(word),
  })),
)

/** `In what year …` asks `what`. A question without such a word, or in another language, is `other`. */
export function questionKind(question: string): QuestionKind {
  let found: { readonly kind: QuestionKind; readonly at: number; readonly length: number } | undefined
  for (const { kind, word, pattern } of asking) {
    const at = question.search(pattern)
    if (at < 0) continue
    if (!found || at < found.at || (at === found.at && word.length > found.length))
      found = { kind, at, length: word.length }
  }
  return found?.kind ?? 'other'
}

import type { Examples } from './examples.ts'
import { questionKind, questionKinds } from './question-kind.ts'

/** Questions that have something in common, by their index. */
export interface QuestionGroup {
  readonly label: string
  readonly members: readonly number[]
}

/** By what they ask for: `what`, `who` …; kinds of which there are none are left out. */
export function byQuestionKind({ questions }: Pick<Examples, 'questions'>): QuestionGroup[] {
  const kinds = questions.map(questionKind)
  return groups(
    questionKinds.map(kind => [kind, index => kinds[index] === kind]),
    questions.length,
  )
}

/** By the words of the shortest accepted answer. */
export function byAnswerLength({ answers }: Pick<Examples, 'answers'>): QuestionGroup[] {
  const lengths = answers.map(all => (all.length === 0 ? 0 : Math.min(...all.map(countWords))))
  return groups(
    answerLengths.map(([label, least, most]) => [label, index => lengths[index]! >= least && lengths[index]! <= most]),
    lengths.length,
  )
}

const answerLengths = [
  ['no answer', 0, 0],
  ['1 word', 1, 1],
  ['2 words', 2, 2],
  ['3 words', 3, 3],
  ['4 to 5 words', 4, 5],
  ['6 to 10 words', 6, 10],
  ['more than 10 words', 11, Number.POSITIVE_INFINITY],
] as const

/** By the words of their context, in four parts of about as many questions: what is long differs from set to set. */
export function byContextLength({ contexts, context }: Pick<Examples, 'contexts' | 'context'>): QuestionGroup[] {
  const words = contexts.map(countWords)
  const lengths = Array.from(context, index => words[index]!)
  const ordered = lengths.toSorted((a, b) => a - b)
  const quarters = [1, 2, 3, 4].map(part => ordered[Math.ceil((part * ordered.length) / 4) - 1] ?? 0)
  const tops = [...new Set(quarters)]
  return groups(
    tops.map((top, index) => {
      const below = index === 0 ? -1 : tops[index - 1]!
      const label = index === 0 ? `up to ${top}` : below + 1 === top ? `${top}` : `${below + 1} to ${top}`
      const words = top === 1 ? 'word' : 'words'
      return [`${label} ${words}`, question => lengths[question]! > below && lengths[question]! <= top]
    }),
    lengths.length,
  )
}

function groups(rules: readonly (readonly [string, (index: number) => boolean])[], questions: number): QuestionGroup[] {
  const indexes = Array.from({ length: questions }, (_, index) => index)
  return rules
    .map(([label, belongs]) => ({ label, members: indexes.filter(belongs) }))
    .filter(({ members }) => members.length > 0)
}

/** Runs of characters that are not spaces; in Chinese and Japanese, which have none, characters. */
export const countWords = (text: string): number =>
  text.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu,
  )?.length ?? 0

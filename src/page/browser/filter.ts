import type { Questions } from '../page-data.ts'

export interface Filter {
  /** In question, id or context, whatever its case. */
  readonly text: string
  readonly show: Show
  /** A kind of question, or the empty text for all. */
  readonly kind: string
  /** F1 in percent. */
  readonly least: number
  readonly most: number
}

/** What the list can be narrowed to, in the words of its menu. */
export const shows = {
  all: 'all',
  wrong: 'wrong (no exact match)',
  right: 'right (exact match)',
  partly: 'partly right (F1 between 0 and 100)',
  'predicted none': 'predicted: no answer',
  'has none': 'has no answer',
  missing: 'no prediction',
} as const
export type Show = keyof typeof shows

const rules: Readonly<Record<Show, (questions: Questions, index: number) => boolean>> = {
  all: () => true,
  wrong: ({ exact }, index) => exact?.[index] === 0,
  right: ({ exact }, index) => exact?.[index] === 1,
  partly: ({ f1 }, index) => f1 !== undefined && f1[index]! > 0 && f1[index]! < 100,
  'predicted none': ({ predictions }, index) => predictions[index]?.[0] === '',
  'has none': ({ answers }, index) => answers[index]!.length === 0,
  missing: ({ predictions }, index) => predictions[index] === null,
}

/** The menu's entries that mean something for these questions. */
export const showsFor = (questions: Questions): Show[] =>
  (Object.keys(shows) as Show[]).filter(
    show => show === 'all' || questions.ids.some((_, index) => rules[show](questions, index)),
  )

/** Finds the questions that pass a filter, by index. Text is put into lower case once. */
export function searcher(questions: Questions): (filter: Filter) => number[] {
  const lower = (texts: readonly string[]) => texts.map(text => text.toLowerCase())
  const asked = lower(questions.questions)
  const contexts = lower(questions.contexts)
  return ({ text, show, kind, least, most }) => {
    const wanted = text.trim().toLowerCase()
    const within = contexts.map(context => context.includes(wanted))
    const kindIndex = questions.kinds.indexOf(kind)
    const rule = rules[show]
    const found: number[] = []
    for (let index = 0; index < asked.length; index++) {
      const f1 = questions.f1?.[index] ?? 0
      if (questions.f1 && (f1 < least || f1 > most)) continue
      if (kind !== '' && questions.kind[index] !== kindIndex) continue
      if (!rule(questions, index)) continue
      if (
        wanted !== '' &&
        !asked[index]!.includes(wanted) &&
        !within[questions.context[index]!] &&
        questions.ids[index] !== text.trim()
      )
        continue
      found.push(index)
    }
    return found
  }
}

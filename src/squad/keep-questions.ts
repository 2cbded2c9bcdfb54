import type { Examples } from './examples.ts'

/**
 * The examples without the questions that `keep` refuses: for stages that filter. `keep` gets a question's index.
 * Contexts that no question is left of go too.
 */
export function keepQuestions(examples: Examples, keep: (index: number) => boolean): Examples {
  const kept = examples.ids.map((_, index) => index).filter(keep)
  const used = [...new Set(kept.map(index => examples.context[index]!))]
  const newIndex = new Map(used.map((context, index) => [context, index]))
  const integers = (column: Int32Array) => Int32Array.from(kept, index => column[index]!)
  return {
    ...examples,
    contexts: used.map(context => examples.contexts[context]!),
    ids: kept.map(index => examples.ids[index]!),
    questions: kept.map(index => examples.questions[index]!),
    context: Int32Array.from(kept, index => newIndex.get(examples.context[index]!)!),
    answers: kept.map(index => examples.answers[index]!),
    start_word: integers(examples.start_word),
    end_word: integers(examples.end_word),
    is_impossible: Uint8Array.from(kept, index => examples.is_impossible[index]!),
  }
}

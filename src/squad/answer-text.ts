import { pythonSplit } from './whitespace.ts'

// Python's string.punctuation.
const punctuation = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g
// Python's \b looks at Unicode letters and digits; JavaScript's \b only at ASCII ones, and would cut "a" out of "caña".
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu

/** An answer's words as the official SQuAD scripts compare them: lower case, no punctuation, no articles. */
export const answerWords = (text: string): string[] =>
  pythonSplit(text.toLowerCase().replace(punctuation, '').replace(articles, ' '))

/** An answer as the official SQuAD scripts compare it (`normalize_answer`). */
export const normalizeAnswer = (text: string): string => answerWords(text).join(' ')

/** 1 where the two answers are the same after normalisation, else 0. */
export const exactMatch = (prediction: string, answer: string): number =>
  normalizeAnswer(prediction) === normalizeAnswer(answer) ? 1 : 0

/**
 * The F1 of the words that two answers share. Where either has no words, the v2.0 script gives 1 if both have none;
 * the v1.1 script gives 0 (`emptyAgrees` false).
 */
export function f1(prediction: string, answer: string, emptyAgrees: boolean): number {
  const predicted = answerWords(prediction)
  const gold = answerWords(answer)
  if (predicted.length === 0 || gold.length === 0) return emptyAgrees && predicted.length === gold.length ? 1 : 0
  const shared = countShared(predicted, gold)
  if (shared === 0) return 0
  const precision = shared / predicted.length
  const recall = shared / gold.length
  return (2 * precision * recall) / (precision + recall)
}

function countShared(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of b) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    shared++
    left.set(word, count - 1)
  }
  return shared
}

/**
 * Narrows an answer's span of pieces to its own pieces: the first place, from `start` on, where `answer` stands wholly
 * within `start … end` (both inclusive); the span as it is where it stands nowhere.
 *
 * BERT's reference tries starts ascending and, for each, ends descending. Of one start only one end can fit, so this is
 * a search for a run of numbers, done in linear time (Knuth–Morris–Pratt): in Chinese a "word" may be a whole passage.
 */
export function narrowAnswer(
  pieces: Int32Array,
  start: number,
  end: number,
  answer: Int32Array,
): readonly [start: number, end: number] {
  const length = answer.length
  if (length === 0 || length > end - start + 1) return [start, end]
  const borders = borderLengths(answer)
  let matched = 0
  for (let i = start; i <= end; i++) {
    while (matched > 0 && pieces[i] !== answer[matched]) matched = borders[matched - 1]!
    if (pieces[i] === answer[matched]) matched++
    if (matched === length) return [i - length + 1, i]
  }
  return [start, end]
}

/** For each prefix of the pattern, the length of the longest proper prefix that is also its suffix. */
function borderLengths(pattern: Int32Array): Int32Array {
  const borders = new Int32Array(pattern.length)
  let length = 0
  for (let i = 1; i < pattern.length; i++) {
    while (length > 0 && pattern[i] !== pattern[length]) length = borders[length - 1]!
    if (pattern[i] === pattern[length]) length++
    borders[i] = length
  }
  return borders
}

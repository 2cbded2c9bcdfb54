import type { WindowRecord } from './window-record.ts'

/**
 * A window for a person to read: its tokens a line for each part, the words they are of, which of them have most
 * context here, and the answer.
 */
export function windowText(window: WindowRecord): string {
  const { tokens, token_to_orig_map, token_is_max_context, paragraph_len } = window
  const document = token_to_orig_map[0]![0]
  const part = (from: number, to: number) => tokens.slice(from, to).join(' ')
  const words = token_to_orig_map.map(([, word]) => word)
  return [
    `window ${window.unique_id}  question ${window.example_index}, part ${window.doc_span_index}`,
    `  question  ${part(0, document)}`,
    `  document  ${part(document, document + paragraph_len)}`,
    `  words     ${words[0]} to ${words.at(-1)}`,
    `  context   most for tokens ${ranges(token_is_max_context)}`,
    `  answer    ${answer(window)}`,
    '',
  ].join('\n')
}

function answer({ tokens, start_position, end_position, is_impossible }: WindowRecord): string {
  if (start_position === null || end_position === null) return '(evaluation: not given)'
  if (is_impossible) return '(not in this window)'
  return `${tokens.slice(start_position, end_position + 1).join(' ')}  (tokens ${start_position} to ${end_position})`
}

/** Numbers in ascending order as ranges: `7 to 23, 40`. */
function ranges(numbers: readonly number[]): string {
  const found: string[] = []
  for (let i = 0; i < numbers.length; ) {
    let last = i
    while (numbers[last + 1] === numbers[last]! + 1) last++
    found.push(last === i ? `${numbers[i]}` : `${numbers[i]} to ${numbers[last]}`)
    i = last + 1
  }
  return found.join(', ') || '(none)'
}

import type { Words } from '../../plugin/stage-command.ts'
import type { Held } from './places.ts'

/** Words or pieces that are shown on each side of what matters. */
export const far = 24
/** The same around what has been seen in whole before. */
export const near = 6

/** Words or pieces, those from `from` to `to` marked, and what is far from them left out. */
export function marked(parts: readonly string[], from: number, to: number): Words {
  return around(parts, from, to, far, ['', parts.slice(from, to + 1).join(' '), ''])
}

/** A text in the words of its context, marked to the character: the words may have more to them. */
export function markedText(parts: readonly string[], { start_word, end_word, before, after }: Held, room = far): Words {
  const text = [...parts.slice(start_word, end_word + 1).join(' ')]
  const end = text.length - after
  const cut = [text.slice(0, before), text.slice(before, end), text.slice(end)].map(each => each.join(''))
  return around(parts, start_word, end_word, room, cut)
}

/** Words or pieces without those in the middle, where they are many. */
export const shortened = (parts: readonly string[], room = far): string =>
  parts.length <= 4 * room ? parts.join(' ') : `${parts.slice(0, 3 * room).join(' ')} … ${parts.slice(-room).join(' ')}`

function around(
  parts: readonly string[],
  from: number,
  to: number,
  room: number,
  [left = '', text = '', right = '']: readonly string[],
): Words {
  const [first, end] = [Math.max(0, from - room), Math.min(parts.length, to + 1 + room)]
  return [
    [...(first > 0 ? ['…'] : []), ...parts.slice(first, from), left].join(' '),
    { style: 'strong', text: `«${text}»` },
    [right, ...parts.slice(to + 1, end), ...(end < parts.length ? ['…'] : [])].join(' '),
  ]
}

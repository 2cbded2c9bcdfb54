import type { Place } from '../page-data.ts'

/** A part of a context, and the marks that it bears. */
export interface MarkedPart {
  readonly text: string
  readonly marks: readonly string[]
}

/** Cuts a context where something begins or ends that is to be marked. What it does not hold marks nothing. */
export function markedParts(context: string, marks: Readonly<Record<string, readonly Place[]>>): MarkedPart[] {
  const named = Object.entries(marks).map(([name, places]) => [name, places.flatMap(spanOf)] as const)
  const cuts = new Set([0, context.length, ...named.flatMap(([, spans]) => spans.flat())])
  const ordered = [...cuts].filter(at => at <= context.length).sort((a, b) => a - b)
  return ordered.slice(0, -1).map((from, index) => ({
    text: context.slice(from, ordered[index + 1]),
    marks: named.filter(([, spans]) => spans.some(([start, end]) => start <= from && from < end)).map(([name]) => name),
  }))
}

const spanOf = (place: Place): readonly (readonly [number, number])[] =>
  typeof place[0] === 'number' ? [[place[0], place[0] + (place[1] ?? 0)]] : []

import type { Place } from '../page-data.ts'

/** A part of a context, and which answers it belongs to. */
export interface MarkedPart {
  readonly text: string
  readonly accepted: boolean
  readonly predicted: boolean
}

/** Cuts a context where an accepted or the predicted answer begins or ends. Answers that it does not hold mark nothing. */
export function markedParts(context: string, accepted: readonly Place[], predicted: Place | null): MarkedPart[] {
  const spans = accepted.flatMap(spanOf)
  const [given] = predicted === null ? [] : spanOf(predicted)
  const cuts = new Set([0, context.length, ...spans.flat(), ...(given ?? [])])
  const ordered = [...cuts].filter(at => at <= context.length).sort((a, b) => a - b)
  const covers = (span: readonly [number, number] | undefined, at: number) =>
    span !== undefined && span[0] <= at && at < span[1]
  return ordered.slice(0, -1).map((from, index) => ({
    text: context.slice(from, ordered[index + 1]),
    accepted: spans.some(span => covers(span, from)),
    predicted: covers(given, from),
  }))
}

const spanOf = (place: Place): readonly (readonly [number, number])[] =>
  typeof place[0] === 'number' ? [[place[0], place[0] + (place[1] ?? 0)]] : []

import type { RunEvent } from '../runner/events.ts'
import { clean } from './clean.ts'
import { duration, size } from './human.ts'
import { bar, type Paint } from './row.ts'
import { cut } from './width.ts'

export type FetchEvent = Extract<RunEvent, { event: 'fetch' }>

/** An address as the live list shows it: what is here of it, or how it ended. */
export const fetchRow = (event: FetchEvent, width: number, paint: Paint): string => {
  const { address, status } = event
  const text = [clean(address), ...details(event, width - address.length)].join('  ')
  const line = cut(text, width)
  return status === 'pending' || status === 'interrupted' ? paint.dim(line) : line
}

const details = ({ status, bytes, total, reason, ms, commit }: FetchEvent, width: number): string[] => {
  const at = commit === undefined ? [] : [commit.slice(0, 12)]
  const amount = bytes === undefined ? [] : [size(bytes)]
  const time = ms === undefined ? [] : [duration(ms)]
  switch (status) {
    case 'pending':
    case 'started':
      return []
    case 'progress':
      return total ? [...progressBar((bytes ?? 0) / total, width), bytesOf(bytes, total), ...at] : amount
    case 'waiting':
      return [`waiting: ${reason}`]
    case 'fetched':
      return [...time, ...amount, ...at]
    case 'found':
      return ['nothing had to be fetched', ...at]
    case 'failed':
    case 'interrupted':
      return [`${status}${ms === undefined ? '' : ` after ${duration(ms)}`}`]
  }
}

const bytesOf = (bytes = 0, total: number): string => `${size(bytes)} of ${size(total)}`

const progressBar = (share: number, width: number): string[] => [
  ...(width >= 50 ? [bar(Math.min(1, share), 10)] : []),
  `${String(Math.floor(100 * share)).padStart(3)} %`,
]

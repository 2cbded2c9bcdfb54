import { grouped } from '../diagnostic/grouped.ts'

/** A length of time: `340 ms`, `4.2 s`, `3 min 12 s`, `2 h 05 min`, `5 d 3 h`. */
export const duration = (ms: number): string => {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** What of a length of time was in runs before this one. */
export const earlier = (ms: number): string => `${duration(ms)} of it in earlier runs`

/** How long ago a time (ISO 8601) is: `3 min 12 s ago`. */
export const ago = (time: string): string => `${duration(Math.max(0, Date.now() - Date.parse(time)))} ago`

/** A size in decimal units: `812 B`, `1.2 kB`, `34 MB`. */
export const size = (bytes: number): string => {
  let unit = 0
  let value = bytes
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** A number for reading: whole ones grouped (`12,345`), others to four digits, tiny ones as `5e-5`. */
export const number = (value: number): string => {
  if (!Number.isFinite(value)) return String(value)
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(value)
  const short = Number(value.toPrecision(4))
  if (Math.abs(short) < 1e-3 || Math.abs(short) >= 1e15) return short.toExponential().replace('e+', 'e')
  return grouped(short)
}

/** A score: all of its digits up to the fourth decimal. */
export const score = (value: number | string): string =>
  typeof value === 'string' ? value : String(Number(value.toFixed(4)))

/** One of the numbers beside a bar. Its name says its unit: `eta_s`, `windows/s`, `read_bytes`, or none (`loss`). */
export const named = (name: string, value: number): string => {
  if (name === 'eta_s') return `${value < 59 ? `${Math.ceil(value)} s` : duration(value * 1000)} left`
  if (name.endsWith('/s')) return `${number(value >= 100 ? Math.round(value) : value)} ${words(name)}`
  if (name.endsWith('_s')) return `${words(name.slice(0, -2))} ${duration(value * 1000)}`
  if (name.endsWith('bytes')) return `${words(name.replace(/_?bytes$/, ''))} ${size(value)}`.trimStart()
  return `${words(name)} ${number(value)}`
}

/** `1 stage`, `3 stages`. */
export const count = (n: number, noun: string): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const two = (n: number): string => String(n).padStart(2, '0')
const words = (name: string): string => name.replaceAll('_', ' ')

import { unreadable } from '../cache/changed-files.ts'
import { displayPath } from '../diagnostic/format.ts'
import type { Json } from '../plugin/artifact.ts'
import { count } from '../plugin/few.ts'
import { duration } from '../report/human.ts'
import type { Change } from '../runner/changes.ts'
import type { Explanation } from '../runner/explain.ts'

/** What people read for a planned status. */
export const statusWords: Readonly<Record<Explanation['status'], string>> = {
  cached: 'reused',
  'would-run': 'would run',
  unknown: 'unknown',
}

/** Why a stage would run or not, in a few words. */
export const reasonWords = ({ reason, time, changes, waitsFor, fetches = [], damage }: Explanation): string => {
  switch (reason) {
    case 'same':
      return `nothing changed since ${ago(time)}`
    case 'changed':
      return changesWords(changes)
    case 'first':
      return 'it was never run in this pipeline'
    case 'gone':
      return `nothing changed since ${ago(time)}, but the result is no longer in the cache`
    case 'damaged':
      return `its result is damaged: ${damage}`
    case 'forced':
      return 'forced'
    case 'always':
      return 'its configuration says to make it anew on every run'
    case 'waiting':
      return waitingWords(waitsFor, fetches)
  }
}

/** The first of some changes, and how many more there are. */
export const changesWords = ([first, ...more]: readonly Change[]): string => {
  const words = first === undefined ? 'it changed' : changeWords(first)
  return more.length === 0 ? words : `${words}, and ${more.length} more`
}

/** A stage that takes the record of the run waits for all others: their names would say nothing. */
const MOST_NAMED = 4

const waitingWords = (waitsFor: readonly string[], fetches: readonly string[]): string => {
  const makers = waitsFor.length > MOST_NAMED ? count(waitsFor.length, 'stage') : inWords(waitsFor)
  const makes = waitsFor.length > 0 ? [`what ${makers} will make`] : []
  const brings = fetches.length > 0 ? [`what would be fetched from ${fetches.join(' and ')}`] : []
  return `it depends on ${[...makes, ...brings].join(' and ')}`
}

/** `a, b and c` */
const inWords = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** One change, with its old and new value, and the place where it was written. */
export const changeWords = ({ part, name, old, new: now, where }: Change): string => {
  const place = where === undefined ? '' : ` (${where})`
  switch (part) {
    case 'version':
      return `its version changed from ${short(old)} to ${short(now)}`
    case 'code':
      return `its code changed: ${digests(old, now)}`
    case 'config':
      return `${name.slice(1).replaceAll('/', '.')} changed: ${short(old)} → ${short(now)}${place}`
    case 'machine':
      return `on this machine, ${name.slice(1).replaceAll('/', '.')} changed: ${short(old)} → ${short(now)}`
    case 'input':
      return `its input ${name} ${contentWords(old, now)}`
    case 'file':
      return `${displayPath(name, process.cwd())} ${contentWords(old, now)}${place}`
    case 'wrote':
      return `${displayPath(name, process.cwd())}, which it wrote, ${contentWords(old, now)}${place}`
  }
}

const contentWords = (old: Json | undefined, now: Json | undefined): string => {
  if (now === unreadable) return unreadable
  return old === undefined ? 'is new' : now === undefined ? 'is gone' : `has other content: ${digests(old, now)}`
}

/** The first characters of two digests: there is nothing better to show of contents on a line. */
const digests = (old: Json | undefined, now: Json | undefined): string =>
  [old, now].map(digest => String(digest).slice(0, 12)).join(' → ')

const ago = (time: string | undefined): string =>
  time === undefined ? 'the last run' : `${duration(Math.max(0, Date.now() - Date.parse(time)))} ago`

const short = (value: Json | undefined): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

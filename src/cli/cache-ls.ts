import { basename } from 'node:path'
import { readClaims } from '../cache/claims.ts'
import type { CacheFolder } from '../cache/folder.ts'
import { sizeBelow } from '../cache/folder-size.ts'
import { type ListedEntry, list } from '../cache/list.ts'
import { pidOf } from '../cache/owner.ts'
import { claimsFolder, openStore, type Store, tmpFolder } from '../cache/store.ts'
import { listUnfinished, type Unfinished } from '../cache/unfinished.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { type FetchedFolder, listFetched } from '../fetch/fetched.ts'
import { clean } from '../report/clean.ts'
import { ago, count, duration, size } from '../report/human.ts'
import { mistake } from './arguments.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { folded, laidOut, print, printJson } from './print.ts'

interface Held {
  readonly results: readonly (ListedEntry & { readonly usedBy?: string })[]
  readonly unfinished: readonly Unfinished[]
  readonly fetched: readonly FetchedFolder[]
  /** What is being written now, or was when a process was killed. */
  readonly halfWritten: number
  readonly bytes: number
}

/** Lists what is in a cache. */
export const cacheLs = async (folder: CacheFolder, { json, sort }: Flags): Promise<ExitCode> => {
  const order = orderOf(sort)
  const held = await lookInto(await openStore(folder, { readOnly: true }))
  const sorted = { ...held, results: held.results.toSorted(order) }
  if (json) for (const line of jsonLines(sorted, folder.path)) printJson(line)
  else print(...listing(sorted, folder.path))
  return exit.done
}

type Order = (one: ListedEntry, other: ListedEntry) => number

const orders: Readonly<Record<string, Order>> = {
  size: (one, other) => other.bytes - one.bytes || text(one.stage, other.stage),
  used: (one, other) => text(one.used, other.used),
  stage: (one, other) => text(one.stage, other.stage) || text(other.used, one.used),
}

const text = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const orderOf = (name = 'size'): Order => {
  const order = Object.hasOwn(orders, name) ? orders[name] : undefined
  if (order) return order
  throw diagnosticsError(mistake('flag-value', `--sort is size, used or stage; found \`${name}\`.`))
}

const lookInto = async (store: Store): Promise<Held> => {
  const claims = await readClaims(claimsFolder(store))
  const results = (await list(store)).map(entry => {
    const user = claims.get(entry.staticKey)
    return user === undefined ? entry : { ...entry, usedBy: pidOf(user.owner) }
  })
  return {
    results,
    unfinished: await listUnfinished(store),
    fetched: await listFetched(store.folder),
    halfWritten: (await sizeBelow(tmpFolder(store))).bytes,
    bytes: (await sizeBelow(store.folder)).bytes,
  }
}

const jsonLines = ({ results, unfinished, fetched, halfWritten, bytes }: Held, folder: string): object[] => [
  ...results.map(entry => ({ kind: 'result', ...entry })),
  ...unfinished.map(({ list, ...rest }) => ({ kind: 'checkpoints', stage: list?.stage ?? '', ...rest })),
  ...fetched.map(({ part, ...rest }) => ({ kind: 'fetched', ...rest, part: part?.bytes ?? 0 })),
  { kind: 'half-written', bytes: halfWritten },
  { kind: 'total', bytes, results: results.length, folder },
]

const listing = (held: Held, folder: string): string[] => {
  const { results, bytes } = held
  const besides = besidesRows(held)
  if (results.length === 0 && besides.length === 0) return folded(`No results in ${folder}`)
  const sum = results.reduce((sum, entry) => sum + entry.bytes, 0)
  return [
    ...(results.length === 0
      ? []
      : [...laidOut([['stage', 'size', 'took', 'used', 'key', 'by'], ...results.map(resultRow)], [1, 2, 3]), '']),
    ...(besides.length === 0 ? [] : [...laidOut([['besides', 'size', 'last written'], ...besides], [1, 2]), '']),
    ...folded(`${count(results.length, 'result')}, ${size(sum)}; ${size(bytes)} in all, in ${folder}`),
  ]
}

const resultRow = (entry: Held['results'][number]): string[] => {
  const { stage, bytes, ms, used, usedBy, uses, key, damage } = entry
  const short = key.slice(0, 12)
  if (damage !== undefined) return ['?', size(bytes), '', '', short, `damaged: ${damage}`]
  const when = usedBy === undefined ? ago(used) : `now, by process ${usedBy}`
  return [clean(stage), size(bytes), duration(ms), when, short, uses.map(each => useWords(stage, each)).join(', ')]
}

/** `squad.yaml`; `squad.yaml (read-dev)` where the stage has another name there. */
const useWords = (definition: string, { file, stage }: ListedEntry['uses'][number]): string =>
  `${basename(file)}${stage === definition ? '' : ` (${clean(stage)})`}`

const besidesRows = ({ unfinished, fetched, halfWritten }: Held): string[][] => [
  ...unfinished.map(({ list, bytes, used }) => [checkpointsOf(list?.stage), size(bytes), ago(used)]),
  ...fetched.flatMap(({ address, bytes, part }) => [
    ...(bytes > 0 ? [[`fetched: ${clean(address ?? 'its record is damaged')}`, size(bytes), '']] : []),
    ...(part
      ? [
          [
            `half-fetched${address === undefined ? '' : `: ${clean(address)}`}`,
            size(part.bytes),
            ago(new Date(part.changed).toISOString()),
          ],
        ]
      : []),
  ]),
  ...(halfWritten > 0 ? [['half-written', size(halfWritten), '']] : []),
]

const checkpointsOf = (stage: string | undefined): string =>
  stage === undefined ? 'damaged checkpoints' : `checkpoints of ${clean(stage)}, which is not finished`

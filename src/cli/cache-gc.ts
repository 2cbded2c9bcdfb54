import { type Collection, type Limits, planCollection } from '../cache/collect.ts'
import type { CacheFolder } from '../cache/folder.ts'
import { sizeBelow } from '../cache/folder-size.ts'
import { type Doomed, removeDoomed } from '../cache/garbage.ts'
import { intoCache } from '../cache/refusal.ts'
import { usedWords } from '../cache/remove.ts'
import { openStore } from '../cache/store.ts'
import { staleParts } from '../fetch/fetched.ts'
import { clean } from '../report/clean.ts'
import { ago, count, size } from '../report/human.ts'
import { age, bytes } from './amounts.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { folded, laidOut, print, printJson } from './print.ts'

/** What became of one thing, or would. */
interface Outcome extends Doomed {
  /** Why it stays. */
  readonly kept?: string
}

/** Removes what is of no use, and what the flags say. What it is going to do is decided first, and is all that `--dry-run` does. */
export const cacheGc = async (folder: CacheFolder, flags: Flags): Promise<ExitCode> => {
  const dry = flags['dry-run'] === true
  const limits = limitsOf(flags)
  // Opening it for writing would already free what the dead have left.
  const looked = await openStore(folder, { readOnly: true })
  const collection = await planCollection(looked, limits, await staleParts(folder.path, Date.now()))
  const removed: readonly Outcome[] = dry ? collection.doomed : await carryOut(folder, collection)
  const kept = collection.used.map(({ doomed, usedBy }) => ({ ...doomed, kept: usedWords(usedBy) }))
  const outcomes: readonly Outcome[] = [...removed, ...kept]
  const gone = outcomes.filter(outcome => outcome.kept === undefined)
  const freed = gone.reduce((sum, each) => sum + each.bytes, 0)
  const left = dry ? collection.bytes - freed : (await sizeBelow(folder.path)).bytes
  if (flags.json) {
    for (const outcome of outcomes) printJson({ kind: 'thing', ...about(outcome), removed: !dry && !outcome.kept })
    printJson({ kind: 'total', removed: gone.length, bytes: freed, left, dry_run: dry, folder: folder.path })
    return exit.done
  }
  if (outcomes.length > 0) print(...laidOut(outcomes.map(row), [2]), '')
  const verb = dry ? 'Would remove' : 'Removed'
  const told =
    gone.length === 0
      ? `Nothing to remove; ${size(left)} in ${folder.path}`
      : `${verb} ${count(gone.length, 'thing')}, ${size(freed)}; ${size(left)} ${dry ? 'would be' : 'are'} left in ${folder.path}`
  print(...folded(told))
  if (limits.maxBytes !== undefined && left > limits.maxBytes)
    print(
      ...folded(
        `That is more than --max-size ${flags['max-size']}: what is in use, and what was fetched, is not removed.`,
      ),
    )
  return exit.done
}

const limitsOf = ({ 'older-than': older, 'max-size': largest }: Flags): Limits => ({
  usedBefore: older === undefined ? undefined : Date.now() - age('--older-than', older),
  maxBytes: largest === undefined ? undefined : bytes('--max-size', largest),
})

const carryOut = async (folder: CacheFolder, { doomed }: Collection): Promise<Outcome[]> => {
  if (doomed.length === 0) return []
  const store = await openStore(folder)
  const outcomes: Outcome[] = []
  for (const each of doomed) {
    const removal = await intoCache(folder.path, () => removeDoomed(store, each))
    outcomes.push(removal.removed ? each : { ...each, kept: usedWords(removal.usedBy) })
  }
  return outcomes
}

const about = ({ what, name, path, bytes, why, used, kept }: Outcome) => ({ what, name, path, bytes, why, used, kept })

const row = ({ what, name, bytes, used, why, kept }: Outcome): string[] => [
  what,
  name === '' ? '?' : clean(name),
  size(bytes),
  used === undefined ? '' : `used ${ago(used)}`,
  kept === undefined ? why : `kept: ${kept}`,
]

// A process that uses results as a run does: it claims one, looks for it, and reads it, or makes it where it is not there.
// What must not happen is written down: that something is gone which it saw while it was claimed. Arguments: the cache
// folder, static keys, and how often.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { takeLock } from '../../src/cache/lock.ts'
import { entriesFolder, lockFile, openStore, temporaryPath, tmpFolder } from '../../src/cache/store.ts'

const [path = '', keys = '', times = ''] = process.argv.slice(2)
const store = await openStore({ path, ours: false })

const note = (line: string): void => appendFileSync(join(path, 'notes.txt'), `${line}\n`)

for (let i = 0; i < Number(times); i++) {
  for (const key of keys.split(',')) {
    const dir = join(entriesFolder(store, key), key)
    const isWhole = (): boolean => ['a', 'b', 'c'].every(name => existsSync(join(dir, name)))
    store.claims.add(key)
    const seen = existsSync(dir)
    if (seen && isWhole()) {
      // From here on it has to stay.
      for (let look = 0; look < 5; look++) {
        await new Promise(resolve => setImmediate(resolve))
        if (!isWhole()) await lookAgain(dir, key, isWhole)
      }
    } else await make(dir, key, isWhole, seen)
    store.claims.release()
  }
}

/** It may have been moved aside for a moment, by somebody who then saw the claim; while the lock is ours it is back. */
async function lookAgain(dir: string, key: string, isWhole: () => boolean): Promise<void> {
  const lock = await takeLock(lockFile(store, key), tmpFolder(store))
  note(isWhole() && readFileSync(join(dir, 'a'), 'utf8') === key ? 'moved back' : 'GONE ALTHOUGH CLAIMED')
  await lock.release()
}

async function make(dir: string, key: string, isWhole: () => boolean, seen: boolean): Promise<void> {
  const lock = await takeLock(lockFile(store, key), tmpFolder(store))
  if (isWhole()) note('found under the lock')
  else {
    if (existsSync(dir)) note('HALF REMOVED')
    const draft = temporaryPath(store)
    await mkdir(draft)
    for (const name of ['a', 'b', 'c']) writeFileSync(join(draft, name), key)
    await mkdir(entriesFolder(store, key), { recursive: true })
    await rename(draft, dir)
    note(seen ? 'made after it was moved' : 'made')
  }
  await lock.release()
}

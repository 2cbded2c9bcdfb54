// A process that removes results again and again, until it is killed. Arguments: the cache folder, their static keys.
import { join } from 'node:path'
import { removeUnused } from '../../src/cache/remove.ts'
import { entriesFolder, openStore } from '../../src/cache/store.ts'

const [path = '', keys = ''] = process.argv.slice(2)
const store = await openStore({ path, ours: false })
for (;;)
  for (const key of keys.split(',')) {
    await removeUnused(store, { path: join(entriesFolder(store, key), key), lock: key, claim: key })
    await new Promise(resolve => setImmediate(resolve))
  }

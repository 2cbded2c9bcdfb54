// A process that removes from a cache whatever may go, again and again, until it is killed. Argument: the cache folder.
import { planCollection } from '../../src/cache/collect.ts'
import { removeDoomed } from '../../src/cache/garbage.ts'
import { openStore } from '../../src/cache/store.ts'

const [path = ''] = process.argv.slice(2)
const store = await openStore({ path, ours: false })
console.log('ready')
for (;;) {
  const { doomed } = await planCollection(store, { maxBytes: 0 })
  for (const each of doomed)
    if ((await removeDoomed(store, each)).removed && each.what === 'result') console.log(each.path)
  await new Promise(resolve => setTimeout(resolve, 1))
}

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadText, messagesOf } from './load-text.ts'

// Each mistakes/NAME.yaml.in (so named because formatters must leave it alone) has, in NAME.out, the whole text that is printed for it.
const folder = fileURLToPath(new URL('./mistakes/', import.meta.url))
const names = readdirSync(folder)
  .filter(file => file.endsWith('.yaml.in'))
  .map(file => file.slice(0, -'.yaml.in'.length))

test.each(names)('%s', async name => {
  const loaded = loadText(readFileSync(`${folder}${name}.yaml.in`, 'utf8'), { env: { HOME: '/home/me' } })
  await expect(`${messagesOf(loaded)}\n`).toMatchFileSnapshot(`${folder}${name}.out`)
})

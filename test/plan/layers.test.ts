import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { builtins } from '../../src/library/builtins.ts'
import { planFile } from './planning.ts'

// Each layers/NAME.yaml.in has mistakes of several layers, from the syntax to what the built-in stages check themselves; NAME.out is
// the whole text that is printed for it: each mistake once, in the order of their places, and nothing that follows from another.
const layers = fileURLToPath(new URL('./layers/', import.meta.url))
const data = fileURLToPath(new URL('../cases/63-ways-to-write-a-learning-rate/', import.meta.url))
const names = readdirSync(layers).flatMap(file => /^(.*)\.yaml\.in$/.exec(file)?.[1] ?? [])

test.each(names)('%s', async name => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-layers-'))
  try {
    copyFileSync(join(data, 'input.json'), join(folder, 'input.json'))
    cpSync(join(data, 'm'), join(folder, 'm'), { recursive: true })
    copyFileSync(join(layers, `${name}.yaml.in`), join(folder, 'p.yaml'))
    const { text } = await planFile(join(folder, 'p.yaml'), { builtins })
    await expect(`${text}\n`).toMatchFileSnapshot(`${layers}${name}.out`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

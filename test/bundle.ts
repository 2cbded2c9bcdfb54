import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** Makes one JavaScript file of a TypeScript one and all that it imports, for a process of its own; says its path. */
export const bundle = (url: URL): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'child.mjs')
  buildSync({
    entryPoints: [fileURLToPath(url)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  })
  return outfile
}

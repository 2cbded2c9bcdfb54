// Builds dist/: one bundle per public entry, stage and worker (shared code in chunks), then the type declarations.
// Bundling is what keeps start-up short: a no-op run opens a handful of files instead of hundreds.
// Then the digests of the stages' code, which are part of every cache key, and validators of their configurations.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { generate } from './generate.mjs'

const rooms = ['squad', 'tensor', 'model', 'training', 'answering', 'page', 'testing']
const present = entries => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)))
const stages = readdirSync('stages')
  .filter(file => file.endsWith('.ts'))
  .map(file => file.slice(0, -3))

const entryPoints = present({
  index: 'src/index.ts',
  cli: 'src/cli/main.ts',
  'emit-schemas': 'src/cli/emit-schemas.ts',
  'bundle-code': 'src/plugin/bundle-code.ts',
  'compile-validators': 'src/plugin/compile-validators.ts',
  register: 'src/testing/register.ts',
  'training-worker': 'src/training/worker.ts',
  'squad-worker': 'src/squad/worker.ts',
  'answering-worker': 'src/answering/worker.ts',
  'engine-trial': 'src/tensor/trial.ts',
  ...Object.fromEntries(rooms.map(room => [room, `src/${room}/index.ts`])),
  ...Object.fromEntries(stages.map(stage => [`stages/${stage}`, `stages/${stage}.ts`])),
})

// Packages that must stay whole: native code, one global registry, or too large and rarely used.
const external = /^(@tensorflow|@huggingface|onnxruntime-node|esbuild|fastify|jiti|msgpackr|undici|vitest)(\/|$)/

const alias = {
  // The same library as plain ES modules: what is not used stays out.
  yaml: './node_modules/yaml/browser/dist/index.js',
  ...Object.fromEntries(rooms.map(room => [`sluice/${room}`, `./src/${room}/index.ts`])),
  sluice: './src/index.ts',
}

await generate()
// Chunks are named by their content: those of earlier builds would stay, and be published.
rmSync('dist/chunks', { recursive: true, force: true })
// Whoever keeps what this code has worked out must know when it is another. (With what it was built from and by.)
const sources = ['src', 'stages', 'scripts'].flatMap(folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name)),
)
const digest = createHash('sha256')
for (const file of [...sources.sort(), 'package.json', 'package-lock.json'])
  digest.update(`${file}\0`).update(readFileSync(file)).update('\0')

const bundle = await rolldown({
  input: entryPoints,
  platform: 'node',
  external,
  transform: { define: { SLUICE_BUILD: JSON.stringify(digest.digest('hex')) } },
  resolve: { alias: Object.fromEntries(Object.entries(alias).map(([name, file]) => [name, resolve(file)])) },
})
await bundle.write({
  dir: 'dist',
  format: 'esm',
  sourcemap: true,
  sourcemapExcludeSources: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  codeSplitting: {
    groups: [
      { name: 'typebox', test: /node_modules\/typebox\// },
      // What a run with nothing to do loads, with all that it imports, in one file instead of forty.
      { name: 'again', test: /src\/(cli\/(run|print|arguments)|report\/plain)\.ts$/ },
      // What any other run loads.
      { name: 'core', test: /src\/cli\/run-pipeline\.ts$/ },
    ],
  },
})
if (existsSync('dist/cli.js')) await chmod('dist/cli.js', 0o755)
await import('./report-page.mjs')
await import('./code-digests.mjs')
await import('./validators.mjs')

const types = spawnSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], { stdio: 'inherit' })
process.exitCode = types.status ?? 1

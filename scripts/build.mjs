// Builds dist/: one bundle per public entry, stage and worker (shared code in chunks), then the type declarations.
// Bundling is what keeps start-up short: a no-op run opens a handful of files instead of hundreds.
// Then the digests of the stages' code, which are part of every cache key.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { build } from 'esbuild'
import { generate } from './generate.mjs'

const rooms = ['squad', 'tensor', 'model', 'training', 'testing']
const present = entries => Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)))
const stages = readdirSync('stages')
  .filter(file => file.endsWith('.ts'))
  .map(file => file.slice(0, -3))

const entryPoints = present({
  index: 'src/index.ts',
  cli: 'src/cli/main.ts',
  'emit-schemas': 'src/cli/emit-schemas.ts',
  'bundle-code': 'src/plugin/bundle-code.ts',
  register: 'src/testing/register.ts',
  'training-worker': 'src/training/worker.ts',
  'squad-worker': 'src/squad/worker.ts',
  'engine-trial': 'src/tensor/trial.ts',
  ...Object.fromEntries(rooms.map(room => [room, `src/${room}/index.ts`])),
  ...Object.fromEntries(stages.map(stage => [`stages/${stage}`, `stages/${stage}.ts`])),
})

// Packages that must stay whole: native code, one global registry, or too large and rarely used.
const external = [
  '@tensorflow/*',
  'onnxruntime-node',
  'esbuild',
  'jiti',
  'msgpackr',
  '@huggingface/hub',
  '@huggingface/tokenizers',
  'undici',
  'vitest',
]

await generate()
await build({
  entryPoints,
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'eof',
  external,
  alias: {
    sluice: './src/index.ts',
    ...Object.fromEntries(rooms.map(room => [`sluice/${room}`, `./src/${room}/index.ts`])),
  },
  // CommonJS packages inside an ES module bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
if (existsSync('dist/cli.js')) await chmod('dist/cli.js', 0o755)
await import('./code-digests.mjs')

const types = spawnSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], { stdio: 'inherit' })
process.exitCode = types.status ?? 1

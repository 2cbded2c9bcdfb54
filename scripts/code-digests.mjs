// Writes dist/code-digests.json: for each built-in stage the digest of its code, our own rooms inlined, and the
// packages it uses (their versions are added where the stage runs). Part of every cache key.
// usage: node scripts/code-digests.mjs [FILE]
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { bundleCode } from '../dist/bundle-code.js'

const rooms = ['squad', 'tensor', 'model', 'training', 'answering', 'page', 'testing']
const alias = { sluice: resolve('src/index.ts') }
for (const room of rooms)
  if (existsSync(`src/${room}/index.ts`)) alias[`sluice/${room}`] = resolve(`src/${room}/index.ts`)

// Code that a stage runs in a thread of its own is named, not imported: whoever names it depends on it.
const workers = { 'squad-worker': 'src/squad/worker.ts', 'training-worker': 'src/training/worker.ts' }

// What a stage hands out as it was built: packages are in it that nobody has to install.
const built = ['report-page.js', 'report-page.css']

// A public entry only passes names on: what a stage does not take from it is no part of the stage. What runs pipelines
// for a program never is: it leads to every stage. (A file has effects or none for all who import it: esbuild asks whoever
// comes first, and that is another one each time.)
const passedOn = new Set(
  Object.values(alias).flatMap(entry =>
    [...readFileSync(entry, 'utf8').matchAll(/ from '(\.[^']+)'/g)].map(([, path]) => resolve(dirname(entry), path)),
  ),
)
const publicEntries = {
  name: 'public-entries',
  setup: build =>
    build.onResolve({ filter: /^\./ }, ({ path, importer }) => {
      const file = resolve(dirname(importer), path)
      if (!passedOn.has(file)) return undefined
      return { path: file, sideEffects: false, external: file === resolve('src/library/entry.ts') }
    }),
}

// Engines that may or may not be there: which one a stage takes is what its `machine` says, and so in the key. TypeBox
// only describes the configuration.
const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const outside = new Set([...Object.keys(peerDependencies), 'typebox'])

const digestOf = async file => {
  const bundles = [await bundleCode(resolve(file), { alias, plugins: [publicEntries], onlyDefault: true })]
  for (const [name, worker] of Object.entries(workers))
    if (bundles[0].text.includes(name) && existsSync(worker))
      bundles.push(await bundleCode(resolve(worker), { alias, plugins: [publicEntries] }))
  const assets = built.filter(name => bundles[0].text.includes(name)).map(name => readFileSync(`dist/${name}`, 'utf8'))
  const packages = new Set(bundles.flatMap(bundle => Object.keys(bundle.packages)))
  return {
    bundle: createHash('sha256')
      .update([...bundles.map(bundle => bundle.text), ...assets].join('\n'))
      .digest('hex'),
    packages: [...packages].filter(name => !outside.has(name)).sort(),
  }
}

const stages = readdirSync('stages').filter(file => file.endsWith('.ts'))
const digests = {}
for (const file of stages.sort()) digests[file.slice(0, -3)] = await digestOf(`stages/${file}`)
writeFileSync(process.argv[2] ?? 'dist/code-digests.json', `${JSON.stringify(digests, null, 2)}\n`)

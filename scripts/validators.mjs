// Writes dist/validators.js: validators of the built-in stages' configurations (see src/plugin/precompiled.ts).
import { readdirSync } from 'node:fs'
import { build } from 'esbuild'
import { compileValidators } from '../dist/compile-validators.js'

const files = readdirSync('dist/stages').filter(file => file.endsWith('.js'))
const stages = await Promise.all(files.sort().map(file => import(`../dist/stages/${file}`)))
await build({
  stdin: { contents: compileValidators(stages.map(stage => stage.default.config)), resolveDir: '.' },
  outfile: 'dist/validators.js',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
})

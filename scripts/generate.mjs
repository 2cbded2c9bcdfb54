// Makes src/tensor/generated/: what the tensor room needs in a form that neither Node nor TypeScript can load by itself.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import wabt from 'wabt'

const folder = 'src/tensor/generated'

/** Runs every generator; takes about a second. */
export async function generate() {
  await mkdir(folder, { recursive: true })
  await Promise.all([gradients(), adamw()])
}

/**
 * tfjs-core's Node entry registers no gradients, and the module that does is written for bundlers (imports without
 * extensions). Its registries are global, so a bundled copy of that one module serves the package itself.
 */
async function gradients() {
  await build({
    stdin: { contents: "import '@tensorflow/tfjs-core/dist/register_all_gradients'", resolveDir: process.cwd() },
    outfile: `${folder}/gradients.js`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'inline',
    logLevel: 'error',
  })
  await writeFile(`${folder}/gradients.d.ts`, 'export {}\n')
}

/** Assembles the optimizer's WebAssembly; the module travels as base64, so that it needs no file beside the bundle. */
async function adamw() {
  const source = 'src/tensor/adamw/adamw.wat'
  const { parseWat } = await wabt()
  const module = parseWat(source, await readFile(source, 'utf8'), { simd: true })
  const { buffer } = module.toBinary({})
  module.destroy()
  const base64 = Buffer.from(buffer).toString('base64')
  await writeFile(
    `${folder}/adamw.ts`,
    `/** ${source}, assembled; base64. */\nexport const adamwModule =\n  '${base64}'\n`,
  )
}

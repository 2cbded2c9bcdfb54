// Builds what runs in the page of a report: dist/report-page.js, one file with all that it needs (Observable Plot too, which
// is why that is nobody's dependency), under its licences; and dist/report-page.css.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { rolldown } from 'rolldown'

const bundle = await rolldown({ input: 'src/page/browser/main.ts', platform: 'browser' })
const { output } = await bundle.generate({ format: 'esm', minify: true, comments: { legal: false } })
const [{ code, moduleIds }] = output
writeFileSync('dist/report-page.js', `${licences(moduleIds)}\n${code}`)
const { code: style } = await transform(readFileSync('src/page/browser/page.css', 'utf8'), {
  loader: 'css',
  minify: true,
})
writeFileSync('dist/report-page.css', style.trim())

/** The packages that are in it, with their licences, each text once behind the copyrights of all that are under it. */
function licences(modules) {
  const folders = new Set(modules.flatMap(id => id.match(/^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []))
  const texts = new Map()
  for (const folder of [...folders].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each))
    if (!file) throw new Error(`${name} has no file with its licence`)
    const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n')
    const copyright = lines.find(line => /^Copyright/.test(line)) ?? ''
    const text = lines
      .filter(line => line !== copyright)
      .join('\n')
      .trim()
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}: ${copyright}`])
  }
  const parts = [...texts].map(([text, names]) => `${names.join('\n')}\n\n${text}`)
  return `/*!\n${parts.join('\n\n----\n\n').replaceAll('*/', '* /')}\n*/`
}

// Checks the Markdown files: every relative link leads to a file, and to a place in it where it names one; every
// `pipeline COMMAND` they name exists.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(file => file && !file.startsWith('test/cases/'))
const help = execFileSync('node', ['dist/cli.js', '--help'], { encoding: 'utf8' })
const problems = files.flatMap(file => {
  const text = readFileSync(file, 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    .filter(([, link, place]) => !leadsSomewhere(link === '' ? file : join(dirname(file), link), place))
    .map(([whole]) => `${file}: the link to ${whole.slice(2, -1)} leads nowhere`)
  const unknown = [...text.matchAll(/`(?:npx )?(?:pipeline|sluice) ([a-z]+)\b/g)]
    .map(match => match[1])
    .filter(command => !new RegExp(`^\\s+(?:pipeline )?${command}\\b`, 'm').test(help))
    .map(command => `${file}: there is no command "pipeline ${command}"`)
  return [...links, ...unknown]
})

function leadsSomewhere(file, place) {
  if (!existsSync(file)) return false
  return place === undefined || !file.endsWith('.md') || placesIn(readFileSync(file, 'utf8')).has(place)
}

/** The headings, as GitHub names them, and the places that are named outright. */
function placesIn(markdown) {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '')
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return new Set([...headings, ...[...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)])
}

for (const problem of problems) console.error(problem)
console.log(`${files.length} documents, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0

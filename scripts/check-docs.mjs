// Checks the Markdown files: every relative link leads somewhere, and every `pipeline COMMAND` they name exists.

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
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
    .map(match => match[1])
    .filter(link => !existsSync(join(dirname(file), link)))
    .map(link => `${file}: the link to ${link} leads nowhere`)
  const unknown = [...text.matchAll(/`(?:npx )?(?:pipeline|sluice) ([a-z]+)\b/g)]
    .map(match => match[1])
    .filter(command => !new RegExp(`^\\s+(?:pipeline )?${command}\\b`, 'm').test(help))
    .map(command => `${file}: there is no command "pipeline ${command}"`)
  return [...links, ...unknown]
})
for (const problem of problems) console.error(problem)
console.log(`${files.length} documents, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0

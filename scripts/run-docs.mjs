// Does what a reader of docs/ does: each page in a folder of its own, a project in which this checkout's build is installed,
// or (a page with the line `<!-- in a clone -->`) what a clone of the repository is after `npm install`.
// usage: node scripts/run-docs.mjs [PAGE…]
//
//   ```sh            is run by bash, from the top of the page to its end; `sh long` is not, `sh fails` must end with an error
//   ```ts FILE       is written to that file; any language
//   ```text          is what the block before it prints, in the folder /my-project: a line `…` stands for any lines, TIME for a
//                    time, columns may be wider;
//                    scores, keys, threads and sizes under 1 kB are those of one machine, and not compared
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const given = process.argv.slice(2)
const pages =
  given.length > 0
    ? given
    : readdirSync(join(root, 'docs'))
        .filter(name => name.endsWith('.md'))
        .map(name => join('docs', name))

/** What npx does with a command that is installed, without the half second that it takes itself; there are dozens. */
const npx = 'npx() { local name=$1; shift; "node_modules/.bin/$name" "$@"; }'

let ran = 0
const problems = pages.flatMap(page => runPage(page).map(problem => `${page}:${problem}`))
for (const problem of problems) console.error(problem)
console.log(`${pages.length} pages, ${ran} blocks run, ${problems.length} problems`)
process.exitCode = problems.length > 0 ? 1 : 0

function runPage(page) {
  const project = mkdtempSync(join(tmpdir(), 'sluice-docs-'))
  try {
    const markdown = readFileSync(join(root, page), 'utf8')
    if (markdown.includes('<!-- in a clone -->')) clone(project)
    else install(project)
    const problems = []
    let printed
    for (const { line, language, words, text } of blocksOf(markdown)) {
      if (language === 'text') {
        const wrong = printed === undefined ? undefined : difference(text, printed)
        if (wrong !== undefined) problems.push(`${line}: it prints something else: ${wrong}\n${indent(printed)}`)
        printed = undefined
      } else if (language === 'sh' && !words.includes('long')) {
        const { status, output } = run(text, project)
        ran++
        printed = output.replaceAll(project, '/my-project')
        if ((status === 0) === words.includes('fails'))
          problems.push(`${line}: it ended with ${status}:\n${indent(output)}`)
      } else {
        printed = undefined
        const [file] = words
        if (file === undefined || language === 'sh') continue
        mkdirSync(dirname(join(project, file)), { recursive: true })
        writeFileSync(join(project, file), text)
      }
    }
    return problems
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

/** As `npm install sluice` would, but that the package is a link. */
function install(project) {
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true })
  symlinkSync(root, join(project, 'node_modules/sluice'))
  for (const name of ['sluice', 'pipeline'])
    symlinkSync('../sluice/dist/cli.js', join(project, 'node_modules/.bin', name))
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
}

/** What pages about the repository itself need of it; what is built and installed is that of this checkout. */
function clone(project) {
  install(project)
  // Without the command in it: npx would install the package for itself, to find the command in its own folder.
  const { sluice } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(project, 'package.json'), `${JSON.stringify({ private: true, sluice })}\n`)
  cpSync(join(root, 'pipelines'), join(project, 'pipelines'), { recursive: true })
  symlinkSync(join(root, 'schemas'), join(project, 'schemas'))
}

function blocksOf(markdown) {
  const blocks = []
  for (const match of markdown.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)) {
    const [, language, rest, text] = match
    const line = markdown.slice(0, match.index).split('\n').length
    blocks.push({ line, language, words: rest.trim().split(/\s+/).filter(Boolean), text })
  }
  return blocks
}

function run(script, cwd) {
  const { NODE_TEST_CONTEXT, FORCE_COLOR, SLUICE_CACHE, ...environment } = process.env
  const env = { ...environment, NO_COLOR: '1', npm_config_update_notifier: 'false', npm_config_loglevel: 'error' }
  const { status, stdout } = spawnSync('bash', ['-c', `set -e -o pipefail\nexec 2>&1\n${npx}\n${script}`], {
    cwd,
    env,
    encoding: 'utf8',
  })
  return { status, output: stdout }
}

/** The first expected line that is not there, or undefined where all are. */
function difference(expected, printed) {
  const lines = steady(printed)
  let at = 0
  let anywhere = false
  for (const line of steady(expected)) {
    if (line === '…') {
      anywhere = true
      continue
    }
    const found = anywhere ? lines.indexOf(line, at) : lines[at] === line ? at : -1
    if (found < 0)
      return `expected \`${line}\`${anywhere ? ' somewhere below' : `, found \`${lines[at] ?? 'the end'}\``}`
    at = found + 1
    anywhere = false
  }
  return anywhere || at === lines.length ? undefined : `more than expected: \`${lines[at]}\``
}

/** Lines with their times made equal and their columns closed up. */
function steady(text) {
  return text
    .trimEnd()
    .split('\n')
    .map(line =>
      line
        .replaceAll(/\b\d+(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?/g, 'TIME')
        .replace(/^(exact_match|f1) \d+(\.\d+)?$/, '$1 SCORE')
        .replace(/\b[0-9a-f]{12}\b/, 'KEY')
        .replace(/\b\d+ B\b/, 'SIZE')
        .replace(/\b\d+ threads?\b/, 'THREADS')
        .replaceAll(/ {2,}/g, ' ')
        .trim(),
    )
}

function indent(text) {
  return text.trimEnd().replaceAll(/^/gm, '    ')
}

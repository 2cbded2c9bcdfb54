// Does the sample's model read? Evaluates it on the held-out passages as they are, with every question blanked, and with the
// questions of each passage exchanged, and compares with answers that need no reading. Trains first where that is not cached.
//   node pipelines/sample/check.mjs [further arguments for `pipeline run`]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bestFixedPosition, bestSingleWord, questionsOf } from './trivial.mjs'

const here = name => fileURLToPath(new URL(name, import.meta.url))
const dev = JSON.parse(readFileSync(here('dev.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'sample-'))

/** The held-out data, with another question for each answer. */
const asking = questionFor => ({
  ...dev,
  data: dev.data.map(article => ({
    ...article,
    paragraphs: article.paragraphs.map(({ context, qas }) => ({
      context,
      qas: qas.map((each, at) => ({ ...each, question: questionFor(qas, at) })),
    })),
  })),
})

function f1With(name, data) {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(data))
  const args = [
    'run',
    here('../squad.yaml'),
    '--json',
    '--set',
    `stages.read-dev.with.file=${file}`,
    ...process.argv.slice(2),
  ]
  const out = execFileSync(process.execPath, [here('../../dist/cli.js'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .find(each => each.event === 'result' && each.name === 'f1').value
}

try {
  const read = f1With('as-they-are', dev)
  const blank = f1With(
    'blanked',
    asking(() => '?'),
  )
  const exchanged = f1With(
    'exchanged',
    asking((qas, at) => qas[(at + 1) % qas.length].question),
  )
  const questions = questionsOf(dev)
  const rows = [
    ['the trained model', read, read >= 60],
    ['… with every question blanked', blank, blank <= read / 2],
    ['… with the questions of a passage exchanged', exchanged, exchanged <= read / 2],
    ['the best fixed position', bestFixedPosition(questions), bestFixedPosition(questions) < 15],
    ['the best single word', bestSingleWord(questions), bestSingleWord(questions) < 15],
  ]
  for (const [name, score, right] of rows)
    console.log(`${score.toFixed(2).padStart(6)} F1  ${name}${right ? '' : '  (not as it should be)'}`)
  process.exitCode = rows.every(([, , right]) => right) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

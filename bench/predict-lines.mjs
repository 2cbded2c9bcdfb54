// How many questions a second `pipeline predict MODEL -` answers, lines in and lines out, against transformers' question-answering
// pipeline given the same questions at once: whole commands, turn by turn, starting and loading the model included.
// usage: npm run build && node bench/predict-lines.mjs --model DIR [--dev SQUAD.json[.gz]] [--questions 400] [--rounds 3]
//   [--batch 8] [--threads N] [--python python3]
// The model must be one that answers questions: what `save` wrote. The Python side needs transformers 4, as serve.mjs does.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { readSquad, someQuestions } from './squad-subset.mjs'
import { here, introduce, median, modelFlags, offline, printTable, scratchFolder, sharedFile } from './turns.mjs'

const flags = modelFlags({
  dev: { type: 'string' },
  questions: { type: 'string', default: '400' },
  rounds: { type: 'string', default: '3' },
  batch: { type: 'string', default: '8' },
})
const folder = scratchFolder('predict-lines')
const data = someQuestions(
  readSquad(flags.dev ?? sharedFile('data/squad-dev-v1.1.json.gz')),
  Number(flags.questions),
  '1',
)
const lines = data.flatMap(({ paragraphs }) =>
  paragraphs.flatMap(({ context, qas }) => qas.map(({ id, question }) => JSON.stringify({ id, question, context }))),
)
const input = join(folder, 'questions.jsonl')
writeFileSync(input, lines.map(line => `${line}\n`).join(''))

const hasPeer = introduce(flags.python, flags.threads)
const ours = [here('../dist/cli.js'), 'predict', flags.model, input, '--batch-size', flags.batch]
const sides = [{ name: 'sluice', turns: [], command: [process.execPath, ...ours, '--threads', flags.threads] }]
if (hasPeer) {
  const theirs = [here('predict_lines_torch.py'), flags.model, input, flags.batch, flags.threads]
  sides.push({ name: "transformers' pipeline", turns: [], command: [flags.python, ...theirs] })
}
for (let round = 0; round < Number(flags.rounds); round++) for (const side of sides) side.turns.push(perSecond(side))

console.log(
  `${lines.length} questions, batches of ${flags.batch}; medians of ${flags.rounds} rounds; load ${loadavg()[0].toFixed(1)}`,
)
printTable(sides.map(({ name, turns }) => [name, `${median(turns).toFixed(1)} questions/s`]))
const [mine, other] = sides
if (other)
  console.log(`ours / theirs: ${median(mine.turns.map((each, round) => each / other.turns[round])).toFixed(2)} x`)

/** Questions a second of the whole command, each of which must be answered. */
function perSecond({ name, command: [program, ...args] }) {
  const begun = performance.now()
  const env = { ...offline(), USE_TF: '0', USE_FLAX: '0' }
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const seconds = (performance.now() - begun) / 1000
  const answered = stdout.split('\n').filter(line => 'answer' in JSON.parse(line || '{}')).length
  if (status !== 0 || answered !== lines.length)
    throw new Error(`${name} ended with ${status}, ${answered} of ${lines.length} lines answered:\n${stderr}`)
  return lines.length / seconds
}

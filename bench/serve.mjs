// How many questions a second `pipeline serve` answers, and how long one waits, against transformers' question-answering
// pipeline behind FastAPI: the same model, questions and machine, turn by turn.
// usage: npm run build && node bench/serve.mjs --model DIR [--dev SQUAD.json[.gz]] [--questions 100] [--rounds 3]
//   [--clients 1 --clients 8 …] [--threads N] [--python python3]
// The model must be one that answers questions: what `save` wrote. Clients ask again as soon as they are answered, from the
// same machine: what they take, the servers lack, both alike. Both servers run all the time, and are asked in turn.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { readSquad, someQuestions } from './squad-subset.mjs'
import { here, introduce, median, modelFlags, offline, sharedFile } from './turns.mjs'

const flags = modelFlags({
  dev: { type: 'string' },
  questions: { type: 'string', default: '100' },
  rounds: { type: 'string', default: '3' },
  clients: { type: 'string', multiple: true, default: ['1', '8'] },
})
const data = someQuestions(
  readSquad(flags.dev ?? sharedFile('data/squad-dev-v1.1.json.gz')),
  Number(flags.questions),
  '1',
)
const bodies = data.flatMap(({ paragraphs }) =>
  paragraphs.flatMap(({ context, qas }) => qas.map(({ question }) => JSON.stringify({ question, context }))),
)

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

const hasPeer = introduce(flags.python, flags.threads)
const servers = [['sluice', await ours()], ...(hasPeer ? [['transformers behind FastAPI', await theirs()]] : [])]
for (const [, server] of servers) await ask(server, 8)

console.log(`\n${bodies.length} questions, ${flags.rounds} rounds each; medians of rounds`)
for (const clients of flags.clients.map(Number)) {
  const rounds = servers.map(() => [])
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [at, [, server]] of servers.entries()) rounds[at].push(await ask(server, clients))
  for (const [at, [name]] of servers.entries()) {
    const of = what => median(rounds[at].map(each => each[what]))
    const [speed, half, late] = [of('perSecond').toFixed(1), of('half').toFixed(0), of('late').toFixed(0)]
    console.log(
      `${String(clients).padStart(3)} clients  ${name.padEnd(28)} ${speed} questions/s, p50 ${half} ms, p99 ${late} ms`,
    )
  }
  const [our, their] = rounds
  const ratio = what => median(our.map((each, round) => each[what] / their[round][what])).toFixed(2)
  if (their)
    console.log(
      `             we answer ${ratio('perSecond')} x as many; of the time: p50 ${ratio('half')} x, p99 ${ratio('late')} x (median of pairs)`,
    )
}
// Others' work beside ours falls on both, but not evenly.
console.log(`load at the end: ${loadavg()[0].toFixed(1)}`)
process.exit()

/** Ends with this program, however it ends. */
function started(...command) {
  const child = spawn(...command)
  process.on('exit', () => child.kill())
  return child
}

async function ours() {
  const args = [here('../dist/cli.js'), 'serve', flags.model, '--port', '0', '--json', '--threads', flags.threads]
  const child = started(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return { child, url: JSON.parse(line).url }
}

async function theirs() {
  const port = await freePort()
  const args = [here('serve_torch.py'), flags.model, port, flags.threads]
  const child = started(flags.python, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // Of what is installed beside PyTorch, nothing is loaded.
    env: { ...offline(), USE_TF: '0', USE_FLAX: '0' },
  })
  const url = `http://127.0.0.1:${port}/`
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error('the server in Python ended (it needs fastapi and uvicorn, too)')
    const up = await fetch(`${url}health`).then(
      () => true,
      () => false,
    )
    if (up) return { child, url }
    await setTimeout(200)
  }
  throw new Error('the server in Python does not answer')
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** Asks all questions by so many clients at once. */
async function ask({ url }, clients) {
  const times = []
  let next = 0
  const begun = performance.now()
  const client = async () => {
    while (next < bodies.length) {
      const body = bodies[next++]
      const asked = performance.now()
      const response = await fetch(`${url}predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
      await response.json()
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - begun) / 1000
  times.sort((a, b) => a - b)
  const quantile = share => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)]
  return { perSecond: bodies.length / seconds, half: quantile(0.5), late: quantile(0.99) }
}

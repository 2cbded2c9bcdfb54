// How fast a training set is written and read, as a run does it: packed into msgpack columns, digests taken, flushed, renamed into
// place; and read with its digests compared.
// 1. against `cp`, `sync` and `sha256sum` of the same bytes (reading: `sha256sum` and `cat`);
// 2. against Python's pickle, and torch.save and torch.load, of the notebook's feature list for the same windows, which are neither
//    flushed nor compared with a digest.
// usage: npm run build && node bench/features.mjs [--questions 85000] [--list 3000] [--rounds 5] [--python python3] [--folder out]
// On two cores of an AMD EPYC: 1. 86,755 windows, 36 MB: written at 1.14 x, read at 1.36 x the speed of the tools.
// 2. 3,100 windows: written 7.4 x and read 15.6 x as fast as pickle, 60 x and 43 x as fast as torch.
// `--list` is how many questions the list of 2. is of: in Python a window of it takes some 80 KB of memory.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { makeSquad } from './make-squad.mjs'
import {
  bundled,
  child,
  here,
  introduce,
  middle,
  peak,
  printTable,
  ratio,
  scratchFolder,
  sharedFile,
  takeTurns,
} from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    questions: { type: 'string', default: '85000' },
    list: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string', default: 'python3' },
    folder: { type: 'string', default: here('../out') },
  },
})
mkdirSync(flags.folder, { recursive: true })
const folder = scratchFolder('features', flags.folder)
const script = await bundled('features-sluice')
const vocab = sharedFile('vocab/bert-base-uncased-vocab.txt')
const { data } = JSON.parse(
  gunzipSync(readFileSync(sharedFile('data/squad-train-v1.1-44-articles.json.gz'))).toString(),
)
const hasPeer = introduce(flags.python, 1)
const rounds = Number(flags.rounds)

const ours = sluice(flags.questions)
const tools = {
  name: 'cp, sync, sha256sum',
  turns: [],
  turn: () => copy((ours.turns.at(-1) ?? first).folder),
  end() {},
}
const first = await ours.turn()
await takeTurns([ours, tools], { rounds })
print([ours, tools])

if (hasPeer) {
  const jsonl = join(folder, 'windows.jsonl')
  const few = sluice(flags.list, jsonl)
  await few.turn()
  const peers = ['pickle', 'torch'].map(how =>
    child(`Python: ${how}`, flags.python, [here('features_python.py'), how, jsonl, join(folder, how)]),
  )
  await takeTurns([few, ...peers], { rounds, warmUp: 1 })
  print([few, ...peers])
}

function sluice(questions, ...more) {
  const file = join(folder, `${questions}.json`)
  writeFileSync(file, JSON.stringify(makeSquad(data, Number(questions))))
  return child('sluice', process.execPath, [script, file, vocab, join(folder, `cache-${questions}`), ...more])
}

/** What the same bytes cost without us. */
function copy(from) {
  const to = join(folder, 'copy')
  const time = command => {
    const began = performance.now()
    const { status, stderr } = spawnSync('sh', ['-ec', command], {
      env: { ...process.env, from, to },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stderr}`)
    return performance.now() - began
  }
  const write_ms = time('cp -r "$from" "$to"; sync "$to"/* "$to"; sha256sum "$to"/* > "$to.sums"')
  const read_ms = time('sha256sum --status --check "$to.sums"; cat "$to"/* > /dev/null')
  const bytes = Number(execFileSync('du', ['-sb', '--apparent-size', from], { encoding: 'utf8' }).split('\t')[0])
  time('rm -r "$to" "$to.sums"')
  return { write_ms, read_ms, bytes }
}

function print([own, ...others]) {
  const { windows, bytes } = own.turns[0]
  console.log(`\n${windows} windows, ${(bytes / 1e6).toFixed(1)} MB as we keep them; ${rounds} rounds in turn, medians`)
  const speed =
    what =>
    ({ [what]: ms }) =>
      1 / ms
  const figures = (side, what) => [
    `${what === 'write_ms' ? 'write' : 'read'} ${middle(side, each => each[what]).toFixed(0)} ms`,
    side === own ? '' : `we: ${ratio(own, side, speed(what)).toFixed(2)} x its speed`,
  ]
  printTable(
    [own, ...others].map(side => [
      side.name,
      `${(side.turns[0].bytes / 1e6).toFixed(1)} MB`,
      ...figures(side, 'write_ms'),
      ...figures(side, 'read_ms'),
      side.turns[0].peak_mb === undefined ? '' : `${peak(side).toFixed(0)} MB of memory at most`,
    ]),
  )
}

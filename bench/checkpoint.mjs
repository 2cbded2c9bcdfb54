// How fast a checkpoint reaches the disk: a network and its optimizer's moments, written, flushed and named as training does
// it, against `dd conv=fsync` of as many bytes to the same folder, in turn.
// usage: node bench/checkpoint.mjs [--setting base|mini] [--rounds 5] [--folder out] [--layers N] [--hidden N] …
// BERT-base: 109 million parameters, 1.3 GB a checkpoint. Four times that must be free in --folder. Ours includes the removal
// of the oldest checkpoint, dd's does not.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { networkFlags, sizeText, writeSetting } from './networks.mjs'
import { bundled, child, here, machine, middle, peak, printTable, ratio, scratchFolder, takeTurns } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    ...networkFlags('base'),
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: here('../out') },
  },
})
mkdirSync(flags.folder, { recursive: true })
const folder = scratchFolder('checkpoint', flags.folder)
const { file, setting } = writeSetting(flags)
const ours = child('sluice', process.execPath, [await bundled('checkpoint-sluice'), file, folder])
const dd = {
  name: 'dd conv=fsync',
  turns: [],
  // After ours in every round, and so of as many bytes.
  turn: () => write((ours.turns.at(-1) ?? first).bytes),
  end: () => {},
}
const first = await ours.turn()

console.log(machine())
await takeTurns([ours, dd], { rounds: Number(flags.rounds) })
const speed = ({ bytes, ms }) => bytes / 1e3 / ms
const { bytes, parameters } = ours.turns[0]
console.log(
  `${sizeText(setting.config)}: ${(parameters / 1e6).toFixed(1)} million parameters, ${(bytes / 1e6).toFixed(0)} MB; ${flags.rounds} rounds in turn`,
)
printTable([
  [
    ours.name,
    `${middle(ours, ({ ms }) => ms).toFixed(0)} ms (median)`,
    `${middle(ours, speed).toFixed(0)} MB/s`,
    `${ratio(ours, dd, speed).toFixed(2)} x dd's speed`,
    `${peak(ours).toFixed(0)} MB at most`,
  ],
  [dd.name, `${middle(dd, ({ ms }) => ms).toFixed(0)} ms (median)`, `${middle(dd, speed).toFixed(0)} MB/s`, '', ''],
])

function write(bytes) {
  const to = join(folder, 'dd')
  const started = performance.now()
  const flags = ['if=/dev/zero', `of=${to}`, 'bs=1M', `count=${bytes}`, 'iflag=count_bytes', 'conv=fsync']
  const { status, stderr } = spawnSync('dd', flags, { encoding: 'utf8' })
  const ms = performance.now() - started
  if (status !== 0) throw new Error(`dd ended with ${status}:\n${stderr}`)
  rmSync(to)
  return { ms, bytes }
}

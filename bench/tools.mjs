// The same pipelines in several tools, in turn within one run: how long a command takes to start, a fresh run of five
// stages, a run with nothing to do, one after a parameter was edited or a file touched; and runs with nothing to do of 200
// stages, of a 500 MB input, of 5,000 input files. `node -e 0` is the floor under every tool written for Node.
// usage: npm run build && node bench/tools.mjs [--tools sluice,make,doit,dvc,wireit] [--rounds 7] [--peers out/peers]
// Tools that are not in the folder --peers are installed there first (pip and npm; git and make have to be here). The five
// stages, and how the other tools are told of them, stand in ../shared/peers (SLUICE_SHARED).
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { edit, makeChain, makeFiveStages, ran, run, touch } from './tool-projects.mjs'
import { install, tools } from './tool-table.mjs'
import { machine, median, printTable, scratchFolder } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    tools: { type: 'string', default: Object.keys(tools).join(',') },
    rounds: { type: 'string', default: '7' },
    peers: { type: 'string', default: 'out/peers' },
  },
})
const names = flags.tools.split(',')
for (const name of names)
  if (!Object.hasOwn(tools, name))
    throw new Error(`--tools: expected some of ${Object.keys(tools).join(', ')}; found ${name}`)
const peers = resolve(flags.peers)
install(names, peers)

const scratch = scratchFolder('tools')
const at = (what, name) => join(scratch, `${what}-${name}`)
const five = name => at('five', name)
const all = ['read', 'tokenize', 'span', 'train', 'save']

/** Once more, when inputs are no longer so young that their time says nothing about whether they change (2 s, for us and for git). */
const settle = (name, folder) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)
  run(tools[name].run(peers), folder)
}

/** What is timed: `before` is not, nor `make`, which is done once; `stages` are those that have to have run. */
const columns = [
  { column: 'command start', make: () => {}, time: name => run(tools[name].start(peers), scratch) },
  {
    column: 'fresh',
    before: name => makeFiveStages(name, five(name), peers),
    time: name => run(tools[name].run(peers), five(name)),
    stages: all,
  },
  {
    column: 'nothing changed',
    make: name => settle(name, five(name)),
    time: name => run(tools[name].run(peers), five(name)),
    stages: [],
  },
  {
    column: 'one parameter edited',
    before: (name, round) => edit(name, five(name), round),
    time: name => run(tools[name].run(peers), five(name)),
    stages: ['train', 'save'],
  },
  {
    column: 'touched',
    before: name => touch(five(name)),
    time: name => run(tools[name].run(peers), five(name)),
    // make runs all five: it goes by time stamps. That is what this column shows.
  },
  ...[
    ['200 stages', { stages: 200 }],
    ['500 MB input', { megabytes: 500 }],
    ['5,000 input files', { files: 5000 }],
  ].map(([column, size]) => ({
    column,
    make(name) {
      makeChain(name, at(column, name), size, peers)
      run(tools[name].run(peers), at(column, name))
      settle(name, at(column, name))
    },
    time: name => run(tools[name].run(peers), at(column, name)),
    after: name => rmSync(at(column, name), { recursive: true, force: true }),
  })),
]

const versions = names.map(name => `${name} ${tools[name].version(peers)}`)
console.log(`${machine()}; ${versions.join(', ')}; ms, medians of ${flags.rounds} rounds`)
const rows = [{ name: 'node -e 0', cells: [] }, ...names.map(name => ({ name, cells: [] }))]
for (const { column, make, before, time, stages, after } of columns) {
  for (const name of names) make?.(name)
  const times = rows.map(() => [])
  for (let round = 0; round < Number(flags.rounds); round++) {
    times[0].push(run([process.execPath, '-e', '0'], scratch))
    for (const [index, name] of names.entries()) {
      before?.(name, round)
      times[index + 1].push(time(name))
      if (!stages) continue
      const found = ran(five(name))
      if (found.join() !== stages.join())
        throw new Error(`${name}, ${column}: expected ${stages.join() || 'nothing'} to run; ${found.join()} did`)
    }
  }
  for (const [index, row] of rows.entries()) row.cells.push(median(times[index]).toFixed(0))
  for (const name of names) after?.(name)
}
printTable([['', ...columns.map(({ column }) => column)], ...rows.map(({ name, cells }) => [name, ...cells])])

// The pipelines that `tools.mjs` runs in each tool, written into a folder; and what is done to them.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { tools } from './tool-table.mjs'

/** Milliseconds of a command; an error with what it printed if it fails. */
export function run([program, ...args], cwd) {
  const env = {
    ...process.env,
    WIREIT_CACHE: 'local',
    WIREIT_MAX_OPEN_FILES: '200',
    DVC_NO_ANALYTICS: '1',
    NO_COLOR: '1',
  }
  // DVC's stages say `python`, which not every machine has.
  env.PATH = [dirname(program), env.PATH].join(delimiter)
  const begun = performance.now()
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ms = performance.now() - begun
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return ms
}

/** read → tokenize → span → train → save, each a command that says in runs.log that it ran. */
export function makeFiveStages(name, folder, peers) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const script = (file, at) => {
    const made = spawnSync('bash', [file, folder], { env: { ...process.env, PEERS_HOME: at }, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`${file} ended with ${made.status}:\n${made.stdout}${made.stderr}`)
  }
  if (name !== 'sluice') return script(join(peers, 'peers', name, 'setup.sh'), peers)
  // The data, and the stages' program; the Makefile that comes with them goes.
  script(join(peers, 'peers/make/setup.sh'), peers)
  for (const file of ['Makefile', 'params.mk']) rmSync(join(folder, file))
  writeFileSync(join(folder, 'pipeline.yaml'), fiveStages)
}

const fiveStages = `name: squad
vars: { lr: 0.00003 }
stages:
${[
  ['read', 'squad.json', 'work/read.json', '--limit 0'],
  ['tokenize', 'work/read.json', 'work/tokenize.json', '--lowercase true'],
  ['span', 'work/tokenize.json', 'work/span.json', '--max_len 384'],
  ['train', 'work/span.json', 'work/model.json', '--lr ${vars.lr} --epochs 2'],
  ['save', 'work/model.json', 'work/final.json', '--name final'],
]
  .map(
    ([name, from, to, flags], index, all) => `  ${name}:
    uses: shell${index > 0 ? `\n    needs: [${all[index - 1][0]}]` : ''}
    with:
      run: python3 stages.py ${name} --in ${from} --out ${to} ${flags}
      inputs: [stages.py, ${from}]
      outputs: [${to}]
`,
  )
  .join('')}`

/** Which stages have run since this was last asked. */
export function ran(folder) {
  const file = join(folder, 'runs.log')
  if (!existsSync(file)) return []
  const names = readFileSync(file, 'utf8').trim().split('\n')
  rmSync(file)
  return names
}

/** Gives the training another learning rate, one for each round. */
export function edit(name, folder, round) {
  const file = join(folder, tools[name].parameters)
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/0\.000\d+/, `0.0001${String(round).padStart(2, '0')}`))
}

export function touch(folder) {
  rmSync(join(folder, 'runs.log'), { force: true })
  utimesSync(join(folder, 'squad.json'), new Date(), new Date())
}

/** Trivial stages, one after the other, the first of which reads a small file, a large one, or a folder of many. */
export function makeChain(name, folder, { stages = 1, megabytes, files }, peers) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'o'), { recursive: true })
  if (megabytes) for (let mb = 0; mb < megabytes; mb++) appendFileSync(join(folder, 'in'), randomBytes(1 << 20))
  else if (files) {
    mkdirSync(join(folder, 'in'))
    for (let i = 0; i < files; i++) writeFileSync(join(folder, 'in', `f${i}`), `${'x'.repeat(200)}${i}`)
  } else writeFileSync(join(folder, 'in'), 'hello'.repeat(50))
  const chain = Array.from({ length: stages }, (_, index) => {
    const from = index === 0 ? 'in' : `o/${index - 1}`
    return { from, to: `o/${index}`, folder: index === 0 && files !== undefined }
  })
  for (const [file, text] of Object.entries(written[name](chain))) writeFileSync(join(folder, file), text)
  if (name === 'wireit') symlinkSync(join(peers, 'npm/node_modules'), join(folder, 'node_modules'))
  if (name === 'dvc') {
    const dvc = tools.dvc.start(peers)[0]
    run(['git', 'init', '--quiet', '.'], folder)
    run([dvc, 'init', '--quiet'], folder)
  }
}

const command = ({ from, to, folder }) => `head -c 100 ${folder ? `${from}/f0` : from} > ${to}`

/** How a chain is written down for each tool. */
const written = {
  sluice: chain => ({
    'pipeline.yaml': `name: chain\nstages:\n${chain
      .map(
        (stage, i) =>
          `  s${i}: { uses: shell, ${i > 0 ? `needs: [s${i - 1}], ` : ''}with: { run: "${command(stage)}", inputs: [${stage.from}], outputs: [${stage.to}] } }\n`,
      )
      .join('')}`,
  }),
  make: chain => ({
    Makefile: `all: ${chain.at(-1).to}\n${chain
      .map(stage => `${stage.to}: ${stage.folder ? `$(wildcard ${stage.from}/*)` : stage.from}\n\t${command(stage)}\n`)
      .join('')}`,
  }),
  doit: chain => ({
    'dodo.py': `import glob
STAGES = ${JSON.stringify(chain.map(stage => [stage.folder ? `${stage.from}/*` : stage.from, stage.to, command(stage)]))}
def task_s():
    for source, target, command in STAGES:
        yield dict(name=target, actions=[command], file_dep=glob.glob(source) if '*' in source else [source], targets=[target])
`,
  }),
  dvc: chain => ({
    'dvc.yaml': `stages:\n${chain
      .map((stage, i) => `  s${i}:\n    cmd: ${command(stage)}\n    deps: [${stage.from}]\n    outs: [${stage.to}]\n`)
      .join('')}`,
  }),
  wireit(chain) {
    const nameOf = i => (i === chain.length - 1 ? 'save' : `s${i}`)
    const wireit = chain.map((stage, i) => [
      nameOf(i),
      {
        command: command(stage),
        files: i > 0 ? [] : [stage.folder ? `${stage.from}/**` : stage.from],
        output: [stage.to],
        ...(i > 0 && { dependencies: [nameOf(i - 1)] }),
      },
    ])
    return {
      'package.json': JSON.stringify({
        name: 'chain',
        version: '1.0.0',
        scripts: Object.fromEntries(wireit.map(([name]) => [name, 'wireit'])),
        wireit: Object.fromEntries(wireit),
      }),
    }
  },
}

// The tools that `tools.mjs` compares: how each is installed, started, and told to run a pipeline.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { here, sharedFile } from './turns.mjs'

const cli = here('../dist/cli.js')
const python = (name, peers) => join(peers, 'venv', name, 'bin', name)
const wireit = peers => join(peers, 'npm/node_modules/wireit/package.json')

/** `parameters`: the file in which the learning rate stands. A command is a list of words. */
export const tools = {
  sluice: {
    parameters: 'pipeline.yaml',
    start: () => [process.execPath, cli, '--version'],
    run: () => [process.execPath, cli, 'run', 'pipeline.yaml'],
    version: () => JSON.parse(readFileSync(here('../package.json'), 'utf8')).version,
  },
  make: {
    parameters: 'params.mk',
    start: () => ['make', '--version'],
    run: () => ['make', '--silent'],
    version: () => output(['make', '--version']).match(/[\d.]+/)[0],
  },
  doit: {
    parameters: 'params.json',
    install: peers => venv(peers, 'doit', 'doit==0.37.0'),
    start: peers => [python('doit', peers), '--version'],
    run: peers => [python('doit', peers)],
    version: peers => output([python('doit', peers), '--version']).split('\n')[0],
  },
  dvc: {
    parameters: 'params.yaml',
    install: peers => venv(peers, 'dvc', 'dvc==3.67.1'),
    start: peers => [python('dvc', peers), '--version'],
    run: peers => [python('dvc', peers), 'repro'],
    version: peers => output([python('dvc', peers), '--version']).trim(),
  },
  wireit: {
    parameters: 'package.json',
    install(peers) {
      if (existsSync(wireit(peers))) return
      mkdirSync(join(peers, 'npm'), { recursive: true })
      must(['npm', 'install', '--silent', '--prefix', join(peers, 'npm'), 'wireit@0.14.13'])
    },
    // wireit is started by npm, and has no command of its own.
    start: () => ['npm', '--version'],
    run: () => ['npm', 'run', '--silent', 'save'],
    version: peers => JSON.parse(readFileSync(wireit(peers), 'utf8')).version,
  },
}

/** Installs what is not there yet; links the set-ups to where they look for each other. */
export function install(names, peers) {
  mkdirSync(peers, { recursive: true })
  for (const name of ['common', 'peers'])
    if (!existsSync(join(peers, name))) symlinkSync(sharedFile(`peers/${name}`), join(peers, name))
  for (const name of names) tools[name].install?.(peers)
}

function venv(peers, name, requirement) {
  if (existsSync(python(name, peers))) return
  must(['python3', '-m', 'venv', join(peers, 'venv', name)])
  must([join(peers, 'venv', name, 'bin/pip'), 'install', '--quiet', requirement])
}

function must([program, ...args]) {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}`)
}

const output = ([program, ...args]) => spawnSync(program, args, { encoding: 'utf8' }).stdout

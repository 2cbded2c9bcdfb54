import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import type { ChosenEngine } from './backend.types.ts'
import type { TensorProblem } from './tensor-error.ts'
import type { TrialMessage } from './trial.ts'

/** What came of opening an engine. */
export type Trial = { readonly description: string } | { readonly problem: TensorProblem }

/** Loading TensorFlow from a cold disk takes a while; longer than this, nobody waits. */
const patience = 120_000

/**
 * Opens an engine and computes a little with it, in a process of its own: a native library that crashes is then a finding.
 */
export async function tryEngine(chosen: ChosenEngine): Promise<Trial> {
  const child = fork(createRequire(import.meta.url).resolve('sluice/engine-trial'), [JSON.stringify(chosen)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: patience,
  })
  let said: TrialMessage | undefined
  let printed = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', text => {
      printed = `${printed}${text}`.slice(-4096)
    })
  child.on('message', message => {
    said = message as TrialMessage
  })
  const end = await new Promise<string>(resolve => {
    child.on('error', error => resolve(error.message))
    child.on('close', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`))
  })
  return said ?? { problem: crashed(chosen, end, printed) }
}

const crashed = ({ engine, device }: ChosenEngine, end: string, printed: string): TensorProblem => ({
  code: 'engine-failed',
  message: `The engine \`${engine}\` on \`${device}\` failed: its process ${end}. ${lastLines(printed)}`.trim(),
})

/** What an uncaught error or a crashing library prints last says most. */
const lastLines = (printed: string): string => {
  const lines = printed.split('\n').map(line => line.trim())
  const error = lines.findLast(line => /^\w*Error: /.test(line))
  return error ?? lines.filter(Boolean).slice(-3).join(' / ')
}

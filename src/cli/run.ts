import { openStore } from '../cache/store.ts'
import { openKeptPlan } from '../library/kept-plan.ts'
import { makeReport, styleFor } from '../report/report.ts'
import type { RunEvent } from '../runner/events.ts'
import { reuseAll } from '../runner/reuse-all.ts'
import { type Arguments, defineCommand } from './command.ts'
import { type ExitCode, exit } from './exit.ts'
import type { FlagName } from './flags.ts'
import { ownStdout } from './own-stdout.ts'
import { settingsOf } from './settings.ts'

export default defineCommand({
  name: 'run',
  takes: ['FILE'],
  flags: [
    'json',
    'set',
    'profile',
    'from',
    'until',
    'only',
    'force',
    'keep-going',
    'jobs',
    'rehash',
    'cache-dir',
    'mean-over',
    'csv',
  ],
  about: 'Runs a pipeline. Every result is kept: what has not changed is reused, not done again.',
  examples: [
    ['pipeline run squad.yaml', 'run pipelines/squad.yaml'],
    ['pipeline run squad.yaml --set stages.train.with.learning_rate=3e-5', 'with another value'],
    ['pipeline run squad.yaml --until span', 'no further than `span`'],
    ['pipeline run squad.yaml --json', 'an event a line, for programs'],
    ['pipeline run sweep.yaml --csv table.csv', 'every cell of its `matrix`, and their results as a table'],
  ],
  async run(given) {
    if (given.flags.json !== true) return run(given, process.stdout)
    const { out, release } = ownStdout()
    return run(given, out).finally(release)
  },
})

const run = async (given: Arguments, out: NodeJS.WriteStream): Promise<ExitCode> =>
  (await runAgain(given, out)) ? exit.done : (await import('./run-pipeline.ts')).runPipeline(given, out)

/** The flags with which a run that changes nothing is a run of everything. */
const plain: readonly FlagName[] = ['json', 'set', 'profile', 'cache-dir', 'keep-going']

/**
 * Where neither the pipeline nor anything that planning it looks at has changed, and all results are in the cache, says so: that needs
 * a small part of the program. False, and nothing said, in any other case.
 */
const runAgain = async ({ flags, positionals: [file = ''] }: Arguments, out: NodeJS.WriteStream): Promise<boolean> => {
  if (Object.keys(flags).some(name => !plain.includes(name as FlagName))) return false
  const kept = openKeptPlan(file, settingsOf(flags))
  if (!kept) return false
  const events: RunEvent[] = []
  if (!(await reuseAll(kept.outline, await openStore(kept.cache, { quick: true }), event => events.push(event))))
    return false
  const { stderr: err, env } = process
  const report = await makeReport(styleFor(flags.json === true, out, env), { out, err, cwd: process.cwd() })
  for (const event of events) report.event(event)
  await report.end()
  return true
}

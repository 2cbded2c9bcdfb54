import { openStore } from '../cache/store.ts'
import { makeReport, styleFor } from '../report/report.ts'
import { runPlan } from '../runner/run-plan.ts'
import { wholeNumber } from './arguments.ts'
import { chosenStages, forcedStages } from './choose.ts'
import { defineCommand } from './command.ts'
import { type ExitCode, exit } from './exit.ts'
import { onInterrupt } from './interrupt.ts'
import { openPlan } from './open-plan.ts'
import { suggestFor } from './suggest.ts'

export default defineCommand({
  name: 'run',
  takes: ['FILE'],
  flags: ['json', 'set', 'profile', 'from', 'until', 'only', 'force', 'keep-going', 'jobs', 'rehash', 'cache-dir'],
  about: 'Runs a pipeline. Every result is kept: what has not changed is reused, not done again.',
  examples: [
    ['pipeline run squad.yaml', 'run pipelines/squad.yaml'],
    ['pipeline run squad.yaml --set stages.train.with.learning_rate=3e-5', 'with another value'],
    ['pipeline run squad.yaml --until span', 'no further than `span`'],
    ['pipeline run squad.yaml --json', 'an event a line, for programs'],
  ],
  async run({ positionals: [file = ''], flags }) {
    const interrupt = onInterrupt()
    const { plan, cache, warnings } = await openPlan(file, flags, { write: true })
    const select = chosenStages(plan, flags)
    const force = forcedStages(plan, flags)
    const jobs = wholeNumber('--jobs', flags.jobs ?? '1')
    const store = await openStore(cache, { rehash: flags.rehash === true })

    const { stdout: out, stderr: err, env } = process
    const style = styleFor(flags.json === true, out, env)
    const report = await makeReport(style, { out, err, cwd: process.cwd(), suggest: suggestFor(plan, file) })
    let exitCode: ExitCode = exit.failed
    try {
      const result = await runPlan({
        plan: { ...plan, warnings },
        store,
        emit: report.event,
        signal: interrupt.signal,
        select,
        force,
        keepGoing: flags['keep-going'] === true,
        jobs,
      })
      exitCode = result.exitCode
    } finally {
      await report.end()
      interrupt.release()
    }
    // A stage that did not heed the signal may still be busy here: nobody waits for it any longer.
    if (interrupt.signal.aborted) process.exit(exitCode)
    return exitCode
  },
})

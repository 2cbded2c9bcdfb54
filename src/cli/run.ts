import { availableParallelism } from 'node:os'
import { openStore } from '../cache/store.ts'
import { makeReport, styleFor } from '../report/report.ts'
import { expectPins } from '../runner/check-pins.ts'
import { runPlan } from '../runner/run-plan.ts'
import { wholeNumber } from './arguments.ts'
import { runLine } from './called.ts'
import { chosenStages, forcedStages } from './choose.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { fetchFor } from './fetch-for.ts'
import { onInterrupt } from './interrupt.ts'
import { openPlan } from './open-plan.ts'
import { hintWhenSlow } from './slow.ts'
import { suggestFor } from './suggest.ts'
import { whyAnew } from './why-anew.ts'

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
  async run(given) {
    const { flags, positionals } = given
    const interrupt = onInterrupt()
    const open = () => openPlan(positionals[0] ?? '', flags, { write: true })
    const { plan: first, cache, profiles } = await open()
    const select = chosenStages(first, flags)
    const force = forcedStages(first, flags, select)
    const jobs = flags.jobs === undefined ? availableParallelism() : wholeNumber('--jobs', flags.jobs)
    const store = await openStore(cache, { rehash: flags.rehash === true })

    const { stdout: out, stderr: err, env } = process
    const style = styleFor(flags.json === true, out, env)
    const report = await makeReport(style, { out, err, cwd: process.cwd(), suggest: suggestFor(first, given) })
    try {
      const asked = { plan: first, chosen: select, store, anew: flags.rehash === true }
      const fetched = await fetchFor(asked, report.event, interrupt.signal)
      if (fetched === 'failed' || fetched === 'interrupted') return exit[fetched]
      // With everything in place, the stages can check what they could not before.
      const { plan } = fetched === 'nothing' ? { plan: first } : await open()
      await expectPins(plan, select, store)
      const { exitCode } = await runPlan({
        plan,
        store,
        emit: hintWhenSlow(report.event, profiles, flags.profile),
        signal: interrupt.signal,
        select,
        force,
        keepGoing: flags['keep-going'] === true,
        jobs,
        whyAnew: whyAnew(plan, store),
        howToMake: stage => `Make it first: ${runLine(given, { until: stage })}`,
      })
      return exitCode
    } finally {
      await report.end()
      interrupt.release()
    }
  },
})

import { availableParallelism } from 'node:os'
import { openStore } from '../cache/store.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { carryOut } from '../library/carry-out.ts'
import { chosenStages, forcedStages } from '../library/choose.ts'
import { makeReport, styleFor } from '../report/report.ts'
import { wholeNumber } from './arguments.ts'
import { runLine } from './called.ts'
import { type Arguments, defineCommand } from './command.ts'
import type { ExitCode } from './exit.ts'
import { flagsOfCells } from './flags-of-cells.ts'
import { onInterrupt } from './interrupt.ts'
import { openPlan, openPlans } from './open-plan.ts'
import { ownStdout } from './own-stdout.ts'
import { hintWhenSlow } from './slow.ts'
import { watchForSuddenEnd } from './sudden-end.ts'
import { suggestFor } from './suggest.ts'
import { whyAnew } from './why-anew.ts'

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

const run = async (given: Arguments, out: NodeJS.WriteStream): Promise<ExitCode> => {
  const { flags, positionals } = given
  const interrupt = onInterrupt()
  const file = positionals[0] ?? ''
  const opened = await openPlans(file, flags, { write: true })
  const jobs = flags.jobs === undefined ? availableParallelism() : wholeNumber('--jobs', flags.jobs)
  if ('cells' in opened) {
    const { runMatrix } = await import('./run-matrix.ts')
    return runMatrix(opened, { given, out, signal: interrupt.signal, jobs })
  }
  const { plan: first, cache, document } = opened
  const misplaced = flagsOfCells(flags)
  if (misplaced.length > 0) throw diagnosticsError(...misplaced)
  const select = chosenStages(first, flags)
  const force = forcedStages(first, flags, select)
  const store = await openStore(cache, { rehash: flags.rehash === true })

  const { stderr: err, env } = process
  const style = styleFor(flags.json === true, out, env)
  const report = await makeReport(style, { out, err, cwd: process.cwd(), suggest: suggestFor(first, given) })
  const watch = watchForSuddenEnd(report.event, interrupt.signal)
  try {
    const { exitCode } = await carryOut({
      first,
      replan: async () => (await openPlan(file, flags, { write: true })).plan,
      anew: flags.rehash === true,
      store,
      emit: hintWhenSlow(watch.emit, document.profiles, flags.profile),
      signal: interrupt.signal,
      select,
      force,
      keepGoing: flags['keep-going'] === true,
      jobs,
      whyAnew,
      howToMake: stage => `Make it first: ${runLine(given, { until: stage })}`,
    })
    return exitCode
  } finally {
    watch.release()
    await report.end()
    interrupt.release()
  }
}

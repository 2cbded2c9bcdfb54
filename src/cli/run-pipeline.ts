import { availableParallelism } from 'node:os'
import { openStore } from '../cache/store.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { carryOut } from '../library/carry-out.ts'
import { chosenStages, forcedStages } from '../library/choose.ts'
import { keepPlan } from '../library/kept-plan.ts'
import { openWitness } from '../plan/asked.ts'
import { makeReport, styleFor } from '../report/report.ts'
import { wholeNumber } from './arguments.ts'
import { runLine } from './called.ts'
import type { Arguments } from './command.ts'
import type { ExitCode } from './exit.ts'
import { flagsOfCells } from './flags-of-cells.ts'
import { onInterrupt } from './interrupt.ts'
import { openPlan, openPlans } from './open-plan.ts'
import { settingsOf } from './settings.ts'
import { hintWhenSlow } from './slow.ts'
import { tellOfStopping } from './stopping.ts'
import { watchForSuddenEnd } from './sudden-end.ts'
import { suggestFor } from './suggest.ts'
import { whyAnew } from './why-anew.ts'

/** Carries out the command `run`: reads the pipeline, checks it, runs it. */
export const runPipeline = async (given: Arguments, out: NodeJS.WriteStream): Promise<ExitCode> => {
  const { flags, positionals } = given
  const interrupt = onInterrupt()
  const file = positionals[0] ?? ''
  const witness = openWitness()
  const opened = await openPlans(file, flags, { write: true, witness })
  const jobs = flags.jobs === undefined ? availableParallelism() : wholeNumber('--jobs', flags.jobs)
  if ('cells' in opened) {
    const { runMatrix } = await import('./run-matrix.ts')
    return runMatrix(opened, { given, out, signal: interrupt.signal, jobs })
  }
  const { plan: first, cache, document, source } = opened
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
      emit: tellOfStopping(hintWhenSlow(watch.emit, document.profiles, flags.profile), interrupt.signal),
      signal: interrupt.signal,
      select,
      force,
      keepGoing: flags['keep-going'] === true,
      jobs,
      whyAnew,
      howToMake: stage => `Make it first: ${runLine(given, { until: stage })}`,
    })
    if (source) keepPlan(store, { source, settings: settingsOf(flags), plan: first, asked: witness.asked() })
    return exitCode
  } finally {
    watch.release()
    await report.end()
    interrupt.release()
  }
}

import { openStore, type Store } from '../cache/store.ts'
import { cellName } from '../config/cell-name.ts'
import type { OpenedMatrix } from '../library/check-plan.ts'
import { chosenStages, forcedStages } from '../library/choose.ts'
import type { PlannedCell } from '../plan/cells.ts'
import { count } from '../report/human.ts'
import { expectPins } from '../runner/check-pins.ts'
import { planStatus, type StageState } from '../runner/survey.ts'
import { addressRows } from './address-rows.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { laidOut, print, printDiagnostics, printJson } from './print.ts'
import { statusWords } from './reasons.ts'
import { valuesOf } from './values-of.ts'

type State = StageState & { readonly result: string }

/** Shows what a run would do in all cells: of each stage how many results, of each cell what is to be done. */
export const planMatrix = async ({ cells, warnings, cache }: OpenedMatrix, flags: Flags): Promise<ExitCode> => {
  printDiagnostics(warnings)
  const store = await openStore(cache, { rehash: flags.rehash === true, readOnly: true })
  const states: State[][] = []
  for (const cell of cells) states.push(await statesOf(cell, store, flags))
  if (flags.json)
    for (const [index, { cell }] of cells.entries())
      for (const { result, ...state } of states[index]!)
        printJson({ cell: index + 1, values: valuesOf(cell), ...state })
  else print(...textOf(cells, states, flags))
  const nothing = states.flat().every(({ status }) => status === 'cached')
  return flags['exit-code'] && !nothing ? exit.wouldRun : exit.done
}

const statesOf = async ({ plan, results }: PlannedCell, store: Store, flags: Flags): Promise<State[]> => {
  const chosen = chosenStages(plan, flags)
  await expectPins(plan, chosen, store)
  const states = await planStatus({ plan, store, force: forcedStages(plan, flags, chosen) })
  return states.filter(({ stage }) => chosen.has(stage)).map(state => ({ ...state, result: results.get(state.stage)! }))
}

const textOf = (cells: readonly PlannedCell[], states: readonly (readonly State[])[], flags: Flags): string[] => {
  const distinct = [...new Map(states.flat().map(state => [`${state.stage} ${state.result}`, state])).values()]
  const addresses = addressRows(
    cells.flatMap(({ plan }) => plan.stages.filter(({ name }) => chosenStages(plan, flags).has(name))),
  )
  return [
    `${cells[0]!.plan.name}: ${count(cells.length, 'cell')}, ${count(distinct.length, 'different result')}`,
    '',
    ...laidOut(
      [['stage', 'results', ...statuses.map(status => statusWords[status])], ...stageRows(distinct)],
      [1, 2, 3, 4],
    ),
    '',
    ...laidOut(
      cells.map(({ cell }, index) => [String(index + 1), cellName(cell), wordsOf(states[index]!)]),
      [0],
    ),
    ...(addresses.length > 0 ? ['', ...laidOut(addresses)] : []),
  ]
}

const statuses = ['cached', 'would-run', 'unknown'] as const

/** A stage with the number of its different results, and how many of them are in which state. */
const stageRows = (distinct: readonly State[]): string[][] =>
  [...new Set(distinct.map(({ stage }) => stage))].map(name => {
    const own = distinct.filter(({ stage }) => stage === name)
    const counts = statuses.map(status => own.filter(each => each.status === status).length)
    return [name, String(own.length), ...counts.map(each => (each === 0 ? '' : String(each)))]
  })

const wordsOf = (states: readonly State[]): string => {
  const left = states.filter(({ status }) => status !== 'cached')
  if (left.length === 0) return 'all reused'
  const certain = left.filter(({ status }) => status === 'would-run').map(({ stage }) => stage)
  const rest = left.length - certain.length
  const would = certain.length > 0 ? [`${certain.join(', ')} would run`] : []
  const outlooks = left.flatMap(({ stage, outlook }) => (outlook === undefined ? [] : [`${stage}: ${outlook}`]))
  return [...would, ...(rest > 0 ? [`${count(rest, 'stage')} unknown`] : []), ...outlooks].join('; ')
}

import { cellSettings } from '../config/cell-name.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import {
  type CheckedPlan,
  type CheckPlanOptions,
  checkPlan as check,
  loadFile,
  type OpenedMatrix,
  type OpenedPlan,
} from '../library/check-plan.ts'
import { count } from '../report/human.ts'
import { type PlanFlags, settingsOf } from './settings.ts'
import { shellWord } from './shell-word.ts'

/** From the name of a file and flags to a plan, or to that of each cell, checked in whole. */
export const checkPlan = (file: string, flags: PlanFlags, options?: CheckPlanOptions): Promise<CheckedPlan> =>
  check(loadFile(file, flags, options?.witness?.env(process.env)), settingsOf(flags), options)

/** The plan of a pipeline that is right, or those of its cells; mistakes are thrown, all at once. */
export const openPlans = async (
  file: string,
  flags: PlanFlags,
  options?: CheckPlanOptions,
): Promise<OpenedPlan | OpenedMatrix> => {
  const { opened, diagnostics } = await checkPlan(file, flags, options)
  if (!opened) throw diagnosticsError(...diagnostics)
  return opened
}

/** The plan of a pipeline without a matrix, or of the cell that `--set` has chosen; that there are several cells is a mistake. */
export const openPlan = async (file: string, flags: PlanFlags, options?: CheckPlanOptions): Promise<OpenedPlan> =>
  onlyPlan(await openPlans(file, flags, options))

/** See `openPlan`. */
export const onlyPlan = (opened: OpenedPlan | OpenedMatrix): OpenedPlan => {
  if ('cells' in opened) throw diagnosticsError(whichCell(opened))
  return opened
}

/** The mistake of asking for one cell's sake without saying which. */
export const whichCell = ({ cells }: OpenedMatrix): Diagnostic => {
  const [first] = cells
  const open = first!.cell.filter(({ chosen }) => !chosen)
  const settings = cellSettings(open).map(each => `--set ${shellWord(each)}`)
  return {
    severity: 'error',
    code: 'which-cell',
    message: `The matrix of \`${first!.plan.name}\` has ${count(cells.length, 'cell')}, and this command shows one.`,
    range: open[0]!.key,
    hint: `Choose it: ${settings.join(' ')}`,
  }
}

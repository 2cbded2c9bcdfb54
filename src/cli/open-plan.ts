import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { type CheckedPlan, checkPlan as check, loadFile, type OpenedPlan } from '../library/check-plan.ts'
import type { Flags } from './flags.ts'

type PlanFlags = Pick<Flags, 'set' | 'profile' | 'cache-dir'>
type PlanOptions = { readonly write: boolean }

/** From the name of a file and flags to a plan, checked in whole. */
export const checkPlan = (file: string, flags: PlanFlags, options?: PlanOptions): Promise<CheckedPlan> =>
  check(loadFile(file, flags), { cacheDir: flags['cache-dir'] }, options)

/** The plan of a pipeline that is right; mistakes are thrown, all at once. */
export const openPlan = async (file: string, flags: PlanFlags, options?: PlanOptions): Promise<OpenedPlan> => {
  const { opened, diagnostics } = await checkPlan(file, flags, options)
  if (!opened) throw diagnosticsError(...diagnostics)
  return opened
}

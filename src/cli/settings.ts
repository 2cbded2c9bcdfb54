import type { Settings } from '../library/check-plan.ts'
import type { Flags } from './flags.ts'

/** The flags that a plan depends on. */
export type PlanFlags = Pick<Flags, 'set' | 'profile' | 'cache-dir'>

/** What these say, as the library has it. */
export const settingsOf = ({ set, profile, 'cache-dir': cacheDir }: PlanFlags): Settings => ({ set, profile, cacheDir })

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readSealed } from '../cache/sealed.ts'
import type { Fault } from '../cache/verify.ts'
import { digestMemoFile } from './digest-memo.ts'
import { plansFolder } from './kept-plan.ts'

/** What is damaged of that which only saves a run the work of planning. */
export const planningFaults = (folder: string): Fault[] => {
  const plans = plansFolder(folder)
  const names = existsSync(plans) ? readdirSync(plans).sort() : []
  return [
    ...faultIn('code digests', digestMemoFile(folder)),
    ...names.flatMap(name => faultIn('plan', join(plans, name))),
  ]
}

const faultIn = (what: Fault['what'], path: string): Fault[] => {
  if (!existsSync(path) || readSealed(path) !== undefined) return []
  const remedy = 'It counts for nothing: the next run makes it anew.'
  return [{ what, name: '', path, flaw: 'it was changed', remedy, remove: { path } }]
}

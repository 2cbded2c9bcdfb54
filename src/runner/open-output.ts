import { join } from 'node:path'
import { inspect } from '../cache/payload.ts'
import type { Store } from '../cache/store.ts'
import type { Plan } from '../plan/plan.ts'
import type { AnyKind } from '../plugin/stage.ts'
import { outputKind } from './run-state.ts'
import { survey } from './survey.ts'

export interface OpenedOutput {
  readonly port: string
  readonly kind: AnyKind
  readonly value: unknown
}

/** Why there is nothing to open. */
export type NotOpened =
  | { readonly missing: 'result'; readonly status: 'would-run' | 'unknown' }
  | { readonly missing: 'sound result'; readonly damage: string }
  | { readonly missing: 'port'; readonly ports: readonly string[] }

/**
 * Reads a stage's output from the cache, whole and verified. Computes nothing. Without a port, the stage's only output
 * is meant; where it has several, or not the one that is asked for, the answer lists them.
 */
export const openOutput = async (
  { plan, store }: { readonly plan: Plan; readonly store: Store },
  stage: string,
  port?: string,
): Promise<OpenedOutput | NotOpened> => {
  const stages = await survey({ plan, store, asStored: true })
  const surveyed = stages.find(each => each.stage.name === stage)
  if (surveyed === undefined) throw new Error(`the plan has no stage ${stage}`)
  const ports = Object.keys(surveyed.stage.definition.outputs ?? {})
  const wanted = port ?? (ports.length === 1 ? ports[0] : undefined)
  if (wanted === undefined || !ports.includes(wanted)) return { missing: 'port', ports }

  const { found, status } = surveyed
  const damage = found.damaged[0]?.reason
  if (found.hit === undefined) {
    if (damage !== undefined) return { missing: 'sound result', damage }
    return { missing: 'result', status: status === 'unknown' ? 'unknown' : 'would-run' }
  }
  const dir = join(found.hit.dir, wanted)
  const wrong = await inspect(dir, found.hit.manifest.outputs[wanted]!)
  if (wrong !== undefined) return { missing: 'sound result', damage: wrong }
  const kind = outputKind(surveyed.stage, wanted)
  return { port: wanted, kind, value: await kind.read(dir) }
}

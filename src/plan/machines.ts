import type { Json } from '../plugin/artifact.ts'
import type { Probe } from '../plugin/stage.ts'
import type { StageConfig } from './config.ts'
import type { Context } from './context.ts'
import { guarded } from './guarded.ts'
import type { FoundStage } from './stages.ts'

export interface MachinesOptions {
  readonly stages: readonly FoundStage[]
  readonly configs: ReadonlyMap<string, StageConfig>
  readonly probe: Probe
}

/** Asks each stage that has a `machine` what of this machine its result depends on. */
export const askMachines = async (
  context: Context,
  { stages, configs, probe }: MachinesOptions,
): Promise<ReadonlyMap<string, Readonly<Record<string, Json>>>> => {
  const machines = new Map<string, Readonly<Record<string, Json>>>()
  for (const { name, definition } of stages) {
    const config = configs.get(name)?.config
    if (!definition?.machine || !config) continue
    await guarded(
      context,
      name,
      'machine',
      () => void machines.set(name, definition.machine?.({ config, probe }) ?? {}),
    )
  }
  return machines
}

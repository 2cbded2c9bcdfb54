import type { Json } from '../plugin/artifact.ts'
import type { AnyStage, Resources } from '../plugin/stage.ts'
import type { StageConfig } from './config.ts'
import type { Context } from './context.ts'
import { guarded } from './guarded.ts'
import type { FoundStage } from './stages.ts'

export interface ResourcesOptions {
  readonly stages: readonly FoundStage[]
  readonly configs: ReadonlyMap<string, StageConfig>
  readonly machines: ReadonlyMap<string, Readonly<Record<string, Json>>>
}

/** What each stage takes of the machine while it runs: what the pipeline says, else what the stage itself says. */
export const askResources = async (
  context: Context,
  { stages, configs, machines }: ResourcesOptions,
): Promise<ReadonlyMap<string, Required<Resources>>> => {
  const all = new Map<string, Required<Resources>>()
  for (const { name, entry, definition } of stages) {
    const config = configs.get(name)?.config
    if (!definition || !config) continue
    await guarded(context, name, 'resources', () => {
      all.set(name, { ...resourcesOf(definition, config, machines.get(name)), ...entry.resources })
    })
  }
  return all
}

/**
 * What a stage says that it takes.
 *
 * @throws Error where that is no such thing.
 */
export const resourcesOf = (
  { resources: said = {} }: Pick<AnyStage, 'resources'>,
  config: Readonly<Record<string, Json>>,
  machine: Readonly<Record<string, Json>> = {},
): Required<Resources> => {
  const { cpu = 1, blocking = false }: Resources = typeof said === 'function' ? said(config, machine) : said
  if (cpu !== 'all' && !(Number.isInteger(cpu) && cpu >= 0))
    throw new Error(`\`cpu\` must be a whole number or 'all'; it is ${cpu}`)
  return { cpu, blocking }
}

import type { AnyStage } from '../plugin/stage.ts'
import type { LocationField, Plan, PlannedStage } from './plan.ts'

/** What of a planned stage its result is looked up by: plain data, while a definition is code. */
export interface StageOutline
  extends Pick<PlannedStage, 'name' | 'uses' | 'code' | 'keyConfig' | 'machine' | 'inputs' | 'after' | 'recorded'> {
  readonly definition: Pick<AnyStage, 'name' | 'version'>
  readonly locations: readonly Omit<LocationField, 'source' | 'pin'>[]
}

/** A plan as far as a run needs it that finds every result in the cache. */
export interface PlanOutline extends Pick<Plan, 'name' | 'file'> {
  readonly stages: readonly StageOutline[]
}

/**
 * The outline of a plan; `undefined` where one would not do: where something has to be said or done in any case (a warning,
 * a stage that is always made anew), and where the plan depends on more than its file and the answers of the probe
 * (addresses, digests written beside files).
 */
export const outlineOf = ({ name, file, stages, warnings }: Plan): PlanOutline | undefined => {
  if (warnings.length > 0 || stages.some(needsMore)) return undefined
  return { name, file, stages: stages.map(outline) }
}

const needsMore = ({ definition, config, locations }: PlannedStage): boolean =>
  definition.always?.(config) === true || locations.some(({ source, pin }) => source !== undefined || pin !== undefined)

const outline = (stage: PlannedStage): StageOutline => {
  const { name, uses, code, keyConfig, machine, inputs, after, recorded, definition, locations } = stage
  return {
    name,
    uses,
    code,
    keyConfig,
    ...(machine && { machine }),
    inputs,
    after,
    ...(recorded && { recorded }),
    definition: { name: definition.name, version: definition.version },
    locations: locations.map(({ pointer, path, output }) => ({ pointer, path, output })),
  }
}

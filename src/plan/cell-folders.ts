import { join } from 'node:path'
import { cellFolder } from '../config/cell-name.ts'
import type { Cell } from '../config/cells.ts'
import { mapLocations } from '../plugin/fields.ts'
import { fromPointer } from '../plugin/pointer.ts'
import type { Plan, PlannedStage } from './plan.ts'

/**
 * A plan whose stages write what is no part of their result (`logging_dir`, which all cells name alike) into a folder of the
 * cell's own inside of it. Where results go, the pipeline says; that is refused where two cells would go to one place.
 */
export const inOwnFolders = (plan: Plan, cell: Cell): Plan => {
  const folder = cellFolder(cell)
  return { ...plan, stages: plan.stages.map(stage => withFolder(stage, folder)) }
}

const withFolder = (stage: PlannedStage, folder: string): PlannedStage => {
  const aside = new Set(
    stage.locations.filter(each => each.output && !isKeyed(stage, each.pointer)).map(each => each.pointer),
  )
  if (aside.size === 0) return stage
  const own = (pointer: string, path: string) => (aside.has(pointer) ? join(path, folder) : path)
  const config = mapLocations(stage.definition.config, stage.config, ({ pointer, value }) => own(pointer, value))
  return {
    ...stage,
    config: config as PlannedStage['config'],
    locations: stage.locations.map(each => ({ ...each, path: own(each.pointer, each.path) })),
  }
}

/** Whether what a pointer leads to is part of the key. */
export const isKeyed = ({ keyConfig }: Pick<PlannedStage, 'keyConfig'>, pointer: string): boolean =>
  fromPointer(pointer).reduce<unknown>(
    (value, segment) => (typeof value === 'object' && value !== null ? Reflect.get(value, segment) : undefined),
    keyConfig,
  ) !== undefined

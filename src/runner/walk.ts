import type { PlannedStage } from '../plan/plan.ts'
import { type Demand, nextToStart } from './schedule.ts'

export interface Walker {
  /** How many stages may run side by side, and how many cores they may use. */
  readonly jobs: number
  /** Brings a stage to its end that has nothing to do, and says whether it was one. */
  pass(stage: PlannedStage): Promise<boolean>
  /** What a stage holds while it works. Asked once it is ready. */
  demand(stage: PlannedStage): Demand
  work(stage: PlannedStage): Promise<void>
  /** True once nothing new is to start: `work` ends the stages that are left without doing anything. */
  isStopping(): boolean
}

/**
 * Brings every stage to its end once all that it stands after have ended. What has nothing to do waits for nothing else; what
 * has starts as `nextToStart` says. Stages are looked at in the order of the plan.
 */
export const walk = async (stages: readonly PlannedStage[], walker: Walker): Promise<void> => {
  const open = new Set(stages.map(({ name }) => name))
  const ready = new Map<PlannedStage, Demand>()
  const running = new Map<PlannedStage, { readonly demand: Demand; readonly ended: Promise<void> }>()
  const unseen = new Set(stages)

  const start = (stage: PlannedStage, demand: Demand): void => {
    ready.delete(stage)
    const ended = walker.work(stage).then(() => {
      running.delete(stage)
      open.delete(stage.name)
    })
    running.set(stage, { demand, ended })
  }
  // Asked anew after each look, while which others may have ended.
  const firstReady = () => stages.find(stage => unseen.has(stage) && !stage.after.some(name => open.has(name)))

  for (;;) {
    for (let next = firstReady(); next !== undefined; next = firstReady()) {
      unseen.delete(next)
      if (await walker.pass(next)) open.delete(next.name)
      else ready.set(next, walker.demand(next))
    }
    const inOrder = stages.filter(stage => ready.has(stage))
    const demands = inOrder.map(stage => ready.get(stage)!)
    const holding = [...running.values()].map(({ demand }) => demand)
    const chosen = walker.isStopping() ? demands : nextToStart(demands, holding, walker.jobs)
    for (const stage of inOrder) if (chosen.includes(ready.get(stage)!)) start(stage, ready.get(stage)!)
    if (running.size === 0) break
    await Promise.race([...running.values()].map(({ ended }) => ended))
  }
  if (open.size > 0) throw new Error(`the plan is not in order: ${[...open].join(', ')}`)
}

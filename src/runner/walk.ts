import type { PlannedStage } from '../plan/plan.ts'

/**
 * Visits every stage once all that it stands after have been visited, at most `jobs` at a time, and otherwise in the
 * order of the plan.
 */
export const walk = async (
  stages: readonly PlannedStage[],
  jobs: number,
  visit: (stage: PlannedStage) => Promise<void>,
): Promise<void> => {
  const waiting = [...stages]
  const unvisited = new Set(stages.map(({ name }) => name))
  const running = new Set<Promise<void>>()
  while (unvisited.size > 0) {
    const ready = waiting.findIndex(({ after }) => !after.some(name => unvisited.has(name)))
    if (ready < 0 || running.size === jobs) {
      if (running.size === 0) throw new Error(`the plan is not in order: ${[...unvisited].join(', ')}`)
      await Promise.race(running)
      continue
    }
    const [stage] = waiting.splice(ready, 1)
    const visited = visit(stage!).then(() => {
      unvisited.delete(stage!.name)
      running.delete(visited)
    })
    running.add(visited)
  }
}

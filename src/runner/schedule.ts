/** What a stage holds while it runs. */
export interface Demand {
  readonly stage: string
  readonly cpu: number | 'all'
  /** Names of things of which there is one: the thread that all stages share, the result that it makes. */
  readonly alone: readonly string[]
}

/**
 * Which of the stages that are ready start now. At most `jobs` run at a time, and they keep at most so many cores busy; one
 * that wants more is taken to want all, and runs alone among those that want any.
 *
 * The order of those that are ready is that of the file, and nobody is overtaken for good: what is left of the cores is kept
 * for the first that has too few, and what somebody waits for that there is one of is given to nobody behind it.
 */
export const nextToStart = (ready: readonly Demand[], running: readonly Demand[], jobs: number): readonly Demand[] => {
  const wanted = ({ cpu }: Demand) => (cpu === 'all' ? jobs : Math.min(cpu, jobs))
  const taken = new Set(running.flatMap(({ alone }) => alone))
  let cores = jobs - running.reduce((sum, demand) => sum + wanted(demand), 0)
  const starting: Demand[] = []
  for (const demand of ready) {
    if (running.length + starting.length === jobs) break
    const isFree = !demand.alone.some(each => taken.has(each))
    const fits = wanted(demand) <= cores
    if (isFree && fits) starting.push(demand)
    // One that waits for another stage's thing gets that one's cores, too; those left now are of use to others.
    if (isFree) cores = fits ? cores - wanted(demand) : 0
    for (const each of demand.alone) taken.add(each)
  }
  return starting
}

import type { RecordedStage } from '../../plugin/run-record.ts'

export interface PlacedStage {
  readonly stage: RecordedStage
  /** How many stages stand before it on the longest way. */
  readonly depth: number
  /** Its column: that of the stage before it on that way, where that is free at this depth. */
  readonly lane: number
}

export interface Layout {
  readonly stages: readonly PlacedStage[]
  readonly links: readonly { readonly from: PlacedStage; readonly to: PlacedStage; readonly data: boolean }[]
  readonly depth: number
  readonly lanes: number
}

/** Places stages, given in an order in which each stands after all that it waits for, so that every link leads down. */
export function layOut(stages: readonly RecordedStage[]): Layout {
  const placed = new Map<string, PlacedStage>()
  const taken = new Set<string>()
  for (const stage of stages) {
    const before = stage.after.flatMap(name => placed.get(name) ?? [])
    const depth = before.reduce((deepest, each) => Math.max(deepest, each.depth + 1), 0)
    let lane = before.find(each => each.depth === depth - 1)?.lane ?? 0
    while (taken.has(`${depth} ${lane}`)) lane++
    taken.add(`${depth} ${lane}`)
    placed.set(stage.name, { stage, depth, lane })
  }
  const all = [...placed.values()]
  const links = all.flatMap(to => {
    const sources = new Set(Object.values(to.stage.inputs).map(({ stage }) => stage))
    return to.stage.after.flatMap(name => {
      const from = placed.get(name)
      return from ? [{ from, to, data: sources.has(name) }] : []
    })
  })
  return {
    stages: all,
    links,
    depth: Math.max(0, ...all.map(({ depth }) => depth + 1)),
    lanes: Math.max(1, ...all.map(({ lane }) => lane + 1)),
  }
}

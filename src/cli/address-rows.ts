import type { PlannedStage } from '../plan/plan.ts'

/** What the stages read from elsewhere, and whether it is here. */
export const addressRows = (stages: readonly PlannedStage[]): string[][] => {
  const sources = stages.flatMap(({ locations }) => locations.flatMap(({ source }) => source ?? []))
  const rows = sources.map(({ address, there, commit }): [string, string[]] => [
    address.text,
    [there ? 'fetched' : 'would be fetched', commit === undefined ? '' : `commit ${commit}`],
  ])
  return [...new Map(rows)].map(([text, words]) => [text, ...words])
}

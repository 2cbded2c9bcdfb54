import { digestOf } from '../cache/canonical.ts'
import type { PlanOutline, StageOutline } from '../plan/outline.ts'
import { RUN_RECORD } from '../plugin/run-record-kind.ts'

/**
 * As what a record counts in a key: which results there are and how they hang together. When they were made and how long that took
 * changes nothing, or a report would be made anew by every run.
 *
 * @param keyOf the key of a stage's result; nothing where there is none.
 */
export const recordIdentity = (
  { name, stages }: Omit<PlanOutline, 'file'>,
  { recorded }: StageOutline,
  keyOf: (stage: string) => string | undefined,
): string => {
  const told = stages.filter(stage => recorded?.stages.includes(stage.name))
  return digestOf({
    ...RUN_RECORD,
    pipeline: name,
    stages: told.map(({ name, uses, inputs, after }) => ({
      name,
      uses,
      inputs: Object.fromEntries(Object.entries(inputs).map(([port, source]) => [port, { ...source }])),
      after: [...after],
      key: keyOf(name) ?? null,
    })),
  })
}

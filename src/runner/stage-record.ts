import type { KeyRecord } from '../cache/key.ts'
import type { StageOutline } from '../plan/outline.ts'
import type { Source } from '../plan/plan.ts'

/**
 * What a planned stage's result depends on. `digestOf` gives the digest of the content that comes from a source, `told` as what
 * the record of the run counts, which is asked only of a stage that takes it.
 */
export const recordOf = <S extends StageOutline>(
  stage: S,
  digestOf: (source: Source) => string,
  told: (stage: S) => string,
): KeyRecord => ({
  format: 1,
  stage: stage.definition.name,
  version: stage.definition.version,
  code: stage.code,
  config: stage.keyConfig,
  ...(stage.machine && { machine: stage.machine }),
  inputs: Object.fromEntries([
    ...Object.entries(stage.inputs).map(([port, source]) => [port, digestOf(source)]),
    ...(stage.recorded?.ports ?? []).map(port => [port, told(stage)]),
  ]),
})

import { join } from 'node:path'
import type { Entry } from '../cache/draft.ts'
import { inspect } from '../cache/payload.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import type { RunEvent } from '../runner/events.ts'
import type { RunResult } from '../runner/run-plan.ts'
import type { RunOutcome, StageOutcome, StageOutput } from './library.types.ts'

/** What became of each stage, and what was told of it. */
export const outcomesOf = (
  plan: Plan,
  outcomes: RunResult['outcomes'],
  events: readonly RunEvent[],
): Pick<RunOutcome, 'stages' | 'diagnostics'> => {
  const statuses = new Map(events.flatMap(event => (event.event === 'stage' ? [[event.name, event.status]] : [])))
  const stages = plan.stages.map(stage => {
    const outcome = outcomes.get(stage.name)
    const entry = outcome?.status === 'done' ? outcome.entry : undefined
    return [stage.name, { status: ended(statuses.get(stage.name)), ...resultOf(stage, entry) }] as const
  })
  return { stages: Object.fromEntries(stages), diagnostics: events.flatMap(told) }
}

const ended = (status: string | undefined): StageOutcome['status'] =>
  status === 'ran' || status === 'cached' || status === 'failed' || status === 'interrupted' ? status : 'skipped'

const resultOf = (stage: PlannedStage, entry: Entry | undefined): Omit<StageOutcome, 'status'> =>
  entry === undefined
    ? { outputs: {} }
    : {
        key: entry.key,
        outputs: Object.fromEntries(
          Object.keys(entry.manifest.outputs).map(port => [port, outputOf(stage, entry, port)]),
        ),
      }

const outputOf = (stage: PlannedStage, { dir, manifest }: Entry, port: string): StageOutput => {
  const folder = join(dir, port)
  const { kind } = manifest.outputs[port]!
  const own = stage.definition.outputs?.[port]
  const name = `${stage.name}.${port}`
  return {
    kind,
    folder,
    async read(as = own) {
      if (as?.kind !== kind) throw mistake('wrong-kind', `\`${name}\` is of the kind \`${kind}\`, not \`${as?.kind}\`.`)
      const damage = await inspect(folder, manifest.outputs[port]!)
      if (damage !== undefined)
        throw mistake(
          'damaged-result',
          `The result \`${name}\` is damaged: ${damage}.`,
          `Make it anew: \`run(pipeline, { force: ['${stage.name}'] })\`.`,
        )
      return as.read(folder)
    },
  }
}

const mistake = (code: string, message: string, hint?: string) =>
  diagnosticsError({ severity: 'error', code, message, ...(hint !== undefined && { hint }) })

const told = (event: RunEvent): Diagnostic[] => {
  if (event.event === 'diagnostic') return [event.diagnostic]
  if (event.event !== 'bug') return []
  const message = `Stage \`${event.stage}\` failed: ${event.message}. This is a mistake in the stage, not in the pipeline.`
  return [{ severity: 'error', code: 'stage-bug', message }]
}

import type { Resolver } from '../plugin/resolve.ts'
import { RUN_RECORD } from '../plugin/run-record-kind.ts'
import { type Context, fail, listed } from './context.ts'
import { readFrom } from './from.ts'
import type { Source } from './plan.ts'
import { inputsOf, isOnlyNamed, isOptional, kindOf, makersIn, outputsOf, spell } from './ports.ts'
import type { FoundStage } from './stages.ts'

/** Where a stage's inputs come from. */
export interface Wiring {
  readonly inputs: Readonly<Record<string, Source>>
  /** The ports that the run fills: with its record. */
  readonly records: readonly string[]
  /** False where an input is wrong or cannot be told; that has been reported, here or at the stage that it needs. */
  readonly sound: boolean
}

/**
 * Connects every input port: as `from` says, else, unless it is one that only `from` connects, to the nearest earlier stage
 * that makes its kind, if all other candidates lie upstream of that one. The record of the run comes from no stage. A stage that could not be found may make anything, so nothing is missed or
 * doubted that it could have made.
 */
export const wire = async (
  context: Context,
  stages: readonly FoundStage[],
  resolver: Resolver,
): Promise<ReadonlyMap<string, Wiring>> => {
  const said = new Map(stages.map(stage => [stage.name, readFrom(context, stages, stage)]))
  const wiring = new Map<string, Wiring>(
    [...said].map(([name, { inputs }]) => [name, { inputs, records: [], sound: false }]),
  )
  for (const [index, stage] of stages.entries()) {
    const { name, definition } = stage
    const { inputs: explicit = {}, open = new Set(), wrong = new Set() } = said.get(name) ?? {}
    const inputs: Record<string, Source> = { ...explicit }
    const records: string[] = []
    let sound = definition !== undefined && wrong.size === 0
    const earlier = stages.slice(0, index)
    for (const [port, input] of Object.entries(inputsOf(definition))) {
      if (port in explicit || open.has(port) || wrong.has(port) || isOnlyNamed(input)) continue
      if (kindOf(input) === RUN_RECORD.kind) {
        records.push(port)
        continue
      }
      const { source, candidates } = match(kindOf(input), earlier, wiring)
      if (source) inputs[port] = source
      else if (isUncertain(earlier, candidates, wiring)) sound = false
      else if (candidates.length > 0 || !isOptional(input)) {
        sound = false
        if (candidates.length > 0) reportAmbiguous(context, name, port, candidates)
        else await reportNone(context, name, port, kindOf(input), stages.slice(index + 1), resolver)
      }
    }
    wiring.set(name, { inputs, records, sound })
  }
  return wiring
}

/** Whether the lack of one source follows from a mistake that is reported elsewhere: a stage unknown, or in a circle. */
const isUncertain = (
  earlier: readonly FoundStage[],
  candidates: readonly Source[],
  wiring: ReadonlyMap<string, Wiring>,
): boolean =>
  earlier.some(each => !each.definition) || candidates.some(({ stage }) => upstreamOf(stage, wiring).has(stage))

/** The source of an input that `from` leaves open. */
const match = (
  kind: string,
  earlier: readonly FoundStage[],
  wiring: ReadonlyMap<string, Wiring>,
): { readonly source?: Source; readonly candidates: readonly Source[] } => {
  const candidates = earlier.flatMap(stage => makersIn(stage, kind))
  const nearest = candidates.at(-1)
  if (!nearest) return { candidates }
  const upstream = upstreamOf(nearest.stage, wiring)
  const unrivalled = candidates.every(each => each === nearest || upstream.has(each.stage))
  return unrivalled ? { source: nearest, candidates } : { candidates }
}

/** The stages whose data a stage is made from. */
const upstreamOf = (stage: string, wiring: ReadonlyMap<string, Wiring>, seen = new Set<string>()): Set<string> => {
  for (const source of Object.values(wiring.get(stage)?.inputs ?? {})) {
    if (seen.has(source.stage)) continue
    seen.add(source.stage)
    upstreamOf(source.stage, wiring, seen)
  }
  return seen
}

const reportAmbiguous = (context: Context, stage: string, port: string, candidates: readonly Source[]): void => {
  const { document } = context
  const message = `Input \`${port}\` of stage \`${stage}\` can come from ${listed(candidates.map(spell), 'or')}.`
  // A stage's name is enough where it makes the kind once.
  const lone = candidates.filter(each => each.stage === candidates.at(-1)!.stage).length === 1
  const choice = lone ? candidates.at(-1)!.stage : spell(candidates.at(-1)!)
  fail(context, 'ambiguous-input', message, document.locate(['stages', stage], 'key'), {
    hint: `Say which, for example \`from: { ${port}: ${choice} }\`.`,
    related: candidates.map(each => ({
      message: `\`${spell(each)}\` is made here.`,
      range: document.locate(['stages', each.stage], 'key'),
    })),
  })
}

const reportNone = async (
  context: Context,
  stage: string,
  port: string,
  kind: string,
  later: readonly FoundStage[],
  resolver: Resolver,
): Promise<void> => {
  const message = `Input \`${port}\` of stage \`${stage}\` takes the kind \`${kind}\`, which no stage before it makes.`
  const range = context.document.locate(['stages', stage], 'key')
  const maker = later.find(each => makersIn(each, kind).length > 0)
  const hint = maker
    ? `Stage \`${maker.name}\` makes it, but stands later: move it up.`
    : await builtinMakers(kind, resolver)
  fail(context, 'missing-input', message, range, { hint })
}

const builtinMakers = async (kind: string, resolver: Resolver): Promise<string | undefined> => {
  const makers = [...(await resolver.builtins())]
    .filter(([, definition]) => Object.values(outputsOf(definition)).some(output => output.kind === kind))
    .map(([name]) => name)
  return makers.length === 0 ? undefined : `Put a stage before it that makes it: ${listed(makers, 'or')}.`
}

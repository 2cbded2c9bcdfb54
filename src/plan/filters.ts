import { type Context, fail } from './context.ts'
import type { Source } from './plan.ts'
import { inputsOf, kindOf, outputsOf, spell } from './ports.ts'
import type { FoundStage } from './stages.ts'
import type { Wiring } from './wiring.ts'

/** A stage that makes of one kind another value of that kind: it stands between that value and whoever is to use it. */
interface Filter {
  readonly name: string
  readonly before: Source
}

/** One input that is connected. */
interface Connection {
  readonly stage: string
  readonly port: string
  readonly source: Source
}

/**
 * Warns of stages that go past a filter which stands before them: where nobody takes what it makes, and where a stage
 * takes the value before the filter beside something that was made from the value after it (all questions, and the
 * windows of some of them). Both come of a stage that was put in where a `from:` names the one before, and show only in
 * results, or hours later.
 */
export const warnOfBypassedFilters = (
  context: Context,
  stages: readonly FoundStage[],
  wiring: ReadonlyMap<string, Wiring>,
): void => {
  const connections = stages.flatMap(({ name }) =>
    Object.entries(wiring.get(name)?.inputs ?? {}).map(([port, source]): Connection => ({ stage: name, port, source })),
  )
  for (const [index, stage] of stages.entries()) {
    const later = new Set(stages.slice(index + 1).map(({ name }) => name))
    for (const filter of filtersOf(stage, wiring)) report(context, filter, later, connections)
  }
}

const report = (
  context: Context,
  filter: Filter,
  later: ReadonlySet<string>,
  connections: readonly Connection[],
): void => {
  const rivals = connections.filter(each => later.has(each.stage) && spell(each.source) === spell(filter.before))
  const users = new Set(connections.filter(each => each.source.stage === filter.name).map(({ stage }) => stage))
  if (users.size === 0 && rivals.length > 0) reportUnused(context, filter, rivals)
  const made = downstreamOf(filter.name, connections)
  // A stage that takes both sides of a filter by name compares them.
  for (const rival of rivals)
    if (made.has(rival.stage) && !users.has(rival.stage)) reportBypass(context, filter, rival, connections, made)
}

const filtersOf = ({ name, definition }: FoundStage, wiring: ReadonlyMap<string, Wiring>): readonly Filter[] => {
  if (!definition) return []
  const { inputs = {} } = wiring.get(name) ?? {}
  const made = new Set(Object.values(outputsOf(definition)).map(({ kind }) => kind))
  return Object.entries(inputs)
    .filter(([port]) => made.has(kindOf(inputsOf(definition)[port]!)))
    .map(([, before]) => ({ name, before }))
}

/** The stages that are made from what this one makes. */
const downstreamOf = (stage: string, connections: readonly Connection[], seen = new Set<string>()): Set<string> => {
  for (const user of connections)
    if (user.source.stage === stage && !seen.has(user.stage)) {
      seen.add(user.stage)
      downstreamOf(user.stage, connections, seen)
    }
  return seen
}

const reportUnused = (context: Context, filter: Filter, [rival, ...others]: readonly Connection[]): void => {
  const { stage, port, source } = rival!
  const more = others.length === 0 ? '' : `, and ${others.length} more`
  const message = `Nothing uses what stage \`${filter.name}\` makes: \`${stage}\`${more} takes \`${port}\` from \`${source.stage}\`.`
  fail(context, 'unused-filter', message, context.document.locate(['stages', filter.name], 'key'), {
    severity: 'warning',
    hint: `Give \`${stage}\` the line \`from: { ${port}: ${filter.name} }\`, or remove \`${filter.name}\`.`,
  })
}

const reportBypass = (
  context: Context,
  filter: Filter,
  { stage, port, source }: Connection,
  connections: readonly Connection[],
  made: ReadonlySet<string>,
): void => {
  const mixed = connections.find(each => each.stage === stage && made.has(each.source.stage))!
  const message = `Stage \`${stage}\` takes \`${port}\` from \`${source.stage}\`, but its \`${mixed.port}\` from what \`${filter.name}\` made of that.`
  fail(context, 'bypassed-filter', message, context.document.locate(['stages', stage, 'from', port]), {
    severity: 'warning',
    hint: `Write \`${port}: ${filter.name}\` in its \`from\` if the two belong together.`,
  })
}

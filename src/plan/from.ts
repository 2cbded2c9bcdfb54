import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/nearest.ts'
import { RUN_RECORD } from '../plugin/run-record-kind.ts'
import { type Context, fail, listed } from './context.ts'
import type { Source } from './plan.ts'
import { inputsOf, isOnlyNamed, isOptional, kindOf, makersIn, outputsOf, spell } from './ports.ts'
import type { FoundStage } from './stages.ts'

/** What a stage's `from` says. */
export interface Said {
  readonly inputs: Readonly<Record<string, Source>>
  /** The ports that it leaves open. */
  readonly open: ReadonlySet<string>
  /** The ports that it names a wrong source for; they are not matched, so that one mistake is reported once. */
  readonly wrong: ReadonlySet<string>
}

/**
 * Reads `from: { port: stage.port }`, `from: { port: stage }`, `from: { port: null }` and `from: stage`, and reports what is
 * wrong in it.
 */
export const readFrom = (context: Context, stages: readonly FoundStage[], stage: FoundStage): Said => {
  const { document } = context
  const { name, entry } = stage
  const path = ['stages', name, 'from']
  const ports = inputsOf(stage.definition)
  const inputs: Record<string, Source> = {}
  const open = new Set<string>()
  const wrong = new Set<string>()
  if (document.isBroken(path)) return { inputs, open, wrong: new Set(Object.keys(ports)) }
  if (!stage.definition) return { inputs, open, wrong }

  const { '*': all, ...each } = entry.from
  for (const [port, written] of Object.entries(each)) {
    if (!Object.hasOwn(ports, port)) {
      const hint = didYouMean(port, Object.keys(ports), 'Inputs') ?? 'Remove it.'
      const range = document.locate([...path, port], 'key')
      fail(context, 'unknown-port', `Stage \`${name}\` has no input \`${port}\`.`, range, { hint })
      wrong.add(port)
      continue
    }
    const place = { context, stages, stage, range: document.locate([...path, port]) }
    if (written === null) {
      if (isOptional(ports[port]!)) open.add(port)
      else wrong.add(refuseOpen(place, port))
      continue
    }
    const named = findNamed(place, written)
    const source = named && choose(place, port, named)
    if (source) inputs[port] = source
    else wrong.add(port)
  }
  if (typeof all === 'string') {
    const unnamed = Object.keys(ports).filter(port => !isOnlyNamed(ports[port]!))
    const place = { context, stages, stage, range: document.locate(path) }
    const named = findNamed(place, all)
    const taken = named && takeAll(place, unnamed, named)
    if (taken) Object.assign(inputs, taken)
    else for (const port of unnamed) wrong.add(port)
  }
  return { inputs, open, wrong }
}

export const noStage = (name: string): string => `There is no stage \`${name}\` in this pipeline.`

const refuseOpen = ({ context, stage, range }: Place, port: string): string => {
  const message = `Input \`${port}\` of stage \`${stage.name}\` cannot stay open: the stage needs it.`
  fail(context, 'needed-input', message, range, { hint: 'Name the stage that it comes from, or leave the line out.' })
  return port
}

/** Where a source is written, and by which of the stages. */
interface Place {
  readonly context: Context
  readonly stages: readonly FoundStage[]
  readonly stage: FoundStage
  readonly range: SourceRange
}

/** What a source names: a stage that could be found, and one of its ports or any. */
interface Named {
  readonly maker: FoundStage
  readonly port?: string
}

const findNamed = ({ context, stages, range }: Place, written: string): Named | undefined => {
  const [name = '', port] = written.split('.', 2)
  const maker = stages.find(each => each.name === name)
  if (!maker) {
    const names = stages.map(each => each.name)
    fail(context, 'unknown-stage', noStage(name), range, { hint: didYouMean(name, names, 'Stages') })
    return undefined
  }
  if (!maker.definition) return undefined
  if (port === undefined) return { maker }
  const outputs = outputsOf(maker.definition)
  if (Object.hasOwn(outputs, port)) return { maker, port }
  const hint = didYouMean(port, Object.keys(outputs), 'Outputs')
  fail(context, 'unknown-port', `Stage \`${name}\` has no output \`${port}\`.`, range, { hint })
  return undefined
}

/** The one port of a named stage that an input takes. */
const choose = (place: Place, input: string, named: Named): Source | undefined => {
  const { context, stages, stage, range } = place
  const kind = kindOf(inputsOf(stage.definition)[input]!)
  const makers = makersFor(named, input, kind)
  if (makers.length === 1) return makers[0]
  const subject = `Input \`${input}\` of stage \`${stage.name}\``
  if (makers.length > 1) {
    const hint = `Say which: \`from: { ${input}: ${spell(makers[0]!)} }\`.`
    fail(context, 'ambiguous-input', `${subject} can come from ${listed(makers.map(spell), 'or')}.`, range, { hint })
    return undefined
  }
  const others = stages.flatMap(each => makersIn(each, kind)).map(spell)
  const hint =
    kind === RUN_RECORD.kind
      ? 'The run itself fills it: leave the line out, or write `null` to go without.'
      : others.length > 0
        ? `Of that kind: ${listed(others)}.`
        : undefined
  fail(context, 'wrong-kind', `${subject} takes the kind \`${kind}\`; ${makes(named)}.`, range, { hint })
  return undefined
}

/** The inputs that a named stage can fill; `undefined` where it fills none, or one could be filled twice. */
const takeAll = (place: Place, unnamed: readonly string[], named: Named): Said['inputs'] | undefined => {
  const { context, stage, range } = place
  const ports = inputsOf(stage.definition)
  const filled = unnamed.filter(port => makersFor(named, port, kindOf(ports[port]!)).length > 0)
  if (filled.length === 0) {
    const takes = listed([...new Set(unnamed.map(port => kindOf(ports[port]!)))]) || 'nothing'
    fail(context, 'wrong-kind', `Stage \`${stage.name}\` takes ${takes}; ${makes(named)}.`, range)
    return undefined
  }
  const sources = filled.map(port => [port, choose(place, port, named)] as const)
  const sound = sources.every((each): each is [string, Source] => each[1] !== undefined)
  return sound ? Object.fromEntries(sources) : undefined
}

/** The ports of a named stage that make a kind; that of the input's own name alone, where there is one. */
const makersFor = (named: Named, input: string, kind: string): Source[] => {
  const makers = makersIn(named.maker, kind).filter(each => named.port === undefined || each.port === named.port)
  const namesake = makers.find(each => each.port === input)
  return namesake ? [namesake] : makers
}

const makes = ({ maker, port }: Named): string => {
  const outputs = maker.definition ? outputsOf(maker.definition) : {}
  if (port !== undefined) return `\`${maker.name}.${port}\` is of the kind \`${outputs[port]?.kind}\``
  const kinds = [...new Set(Object.values(outputs).map(({ kind }) => kind))]
  return `stage \`${maker.name}\` makes ${listed(kinds) || 'nothing'}`
}

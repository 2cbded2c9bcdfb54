import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import type { ComparedResult, ToldOfTwo } from '../plugin/stage-command.ts'
import { mistake } from './arguments.ts'
import { runLine } from './called.ts'
import { type Arguments, defineCommand, type Operand } from './command.ts'
import type { CompareRecord } from './compare-record.ts'
import {
  keptOf,
  numbersOf,
  parametersOf,
  resultOf,
  type Side,
  sharedPlaces,
  stagesOf,
  timesOf,
} from './compare-sides.ts'
import { compareSections, sideWords } from './compare-text.ts'
import { type ExitCode, exit } from './exit.ts'
import { type HtmlFile, openHtml } from './html-file.ts'
import { keptResults } from './kept-results.ts'
import { lookUpAnswer } from './look-up-answer.ts'
import { openPlan } from './open-plan.ts'
import { printDiagnostics, printJson } from './print.ts'
import { printSections } from './sections.ts'

export default defineCommand({
  name: 'compare',
  takes: ['A', '[B]'],
  operands: true,
  flags: ['json', 'html', 'set', 'profile', 'cache-dir'],
  about:
    'Compares two runs: parameters, numbers, times, and which questions flipped. --set and --profile belong to the file that they follow; before the first they belong to both. With one file, A is that file as it is, and B the file with the flags. Reads the cache, and computes no result.',
  examples: [
    ['pipeline compare squad.yaml --set vars.seed=7', 'the pipeline as it is, and with another seed'],
    ['pipeline compare squad.yaml --profile watch other.yaml', 'a profile of one pipeline, and another pipeline'],
    ['pipeline compare squad.yaml other.yaml --html page.html', 'as a page: the flipped questions in their passages'],
    ['pipeline compare s.yaml --set vars.seed=1 s.yaml --set vars.seed=2', 'two cells of a matrix'],
  ],
  async run(given) {
    const [one, other] = twoRuns(given.operands ?? [])
    const page = given.flags.html === undefined ? undefined : await openHtml(given.flags.html)
    const [a, b] = [await openSide(one, given), await openSide(other, given)]
    return lookUpAnswer(() => compare(a, b, given, page))
  },
})

const compare = async (a: Side, b: Side, given: Arguments, page: HtmlFile | undefined): Promise<ExitCode> => {
  const told = await comparisons(a, b)
  const record: CompareRecord = {
    a: describe(a.operand),
    b: describe(b.operand),
    parameters: parametersOf(a, b),
    numbers: await numbersOf(a, b),
    times: timesOf(a, b),
    shared_places: sharedPlaces(a, b),
    stages: Object.fromEntries(told.map(({ stage, record }) => [stage, record])),
    missing: [...missingIn('a', a, given), ...missingIn('b', b, given)],
  }
  page?.write({ names: [sideWords(record.a), sideWords(record.b)], record, stages: told })
  if (given.flags.json) printJson(record)
  else
    printSections([
      ...compareSections(record),
      ...told.flatMap(({ stage, sections }) =>
        sections.map(({ title, rows }) => ({
          title: typeof title === 'string' ? `${stage}: ${title}` : title,
          rows,
        })),
      ),
      ...(page ? [{ title: 'page', rows: [['written', page.path] as const] }] : []),
    ])
  printDiagnostics(record.missing.map(notThere))
  return record.missing.length > 0 ? exit.failed : exit.done
}

/** The two that are compared: two files, or one as it is and with its flags. */
const twoRuns = ([one, other]: readonly Operand[]): readonly [Operand, Operand] => {
  if (one && other) return [one, other]
  if (!one || (one.own.set === undefined && one.own.profile === undefined))
    throw diagnosticsError(
      mistake(
        'one-run',
        '`pipeline compare` needs two runs; one file is given, and no flag behind it.',
        'Name a second file, or put --set or --profile behind the first: `pipeline compare squad.yaml --set vars.seed=7`.',
      ),
    )
  return [{ ...one, flags: one.shared, own: {} }, one]
}

const argumentsOf = ({ file, flags }: Operand, given: Arguments): Arguments => ({
  positionals: [file],
  flags: { ...(given.flags['cache-dir'] !== undefined && { 'cache-dir': given.flags['cache-dir'] }), ...flags },
})

const openSide = async (operand: Operand, given: Arguments): Promise<Side> => {
  const own = argumentsOf(operand, given)
  const opened = await openPlan(operand.file, own.flags)
  return { operand, plan: opened.plan, kept: await keptResults(opened, own) }
}

const describe = ({ file, flags: { set = [], profile } }: Operand): CompareRecord['a'] => ({
  file,
  set: [...set],
  ...(profile !== undefined && { profile }),
})

interface ToldOfStage extends ToldOfTwo {
  readonly stage: string
  /** The name of its record's schema. */
  readonly answers: string
}

/** What the stages themselves say of two results. */
const comparisons = async (a: Side, b: Side): Promise<ToldOfStage[]> => {
  const told: ToldOfStage[] = []
  for (const stage of stagesOf(a, b)) {
    const [one, other] = [a, b].map(({ plan }) => plan.stages.find(({ name }) => name === stage))
    if (!one || one.uses !== other?.uses || !resultOf(a, stage) || !resultOf(b, stage)) continue
    const { comparison } = (await builtins[one.uses]?.()) ?? {}
    const answer = await comparison?.compare(compared(a, stage), compared(b, stage))
    if (comparison && answer) told.push({ stage, answers: comparison.answers.name, ...answer })
  }
  return told
}

/** A result with what it was made from. */
const compared = (side: Side, stage: string): ComparedResult => {
  const { config, inputs, outputs } = keptOf(side, stage)!
  const sources = Object.entries(inputs).map(([port, from]) => [port, keptOf(side, from.stage)!.outputs[from.port]!])
  return { config, inputs: Object.fromEntries(sources), outputs }
}

/** Stages with outputs whose results are not there; those that write outside the cache may have been written over. */
const missingIn = (name: 'a' | 'b', side: Side, given: Arguments): CompareRecord['missing'] => {
  const stages = side.kept.filter(({ make, outputs }) => make !== undefined && Object.keys(outputs).length > 0)
  if (stages.length === 0) return []
  return [{ side: name, stages: stages.map(({ stage }) => stage), make: runLine(argumentsOf(side.operand, given), {}) }]
}

const notThere = ({ side, stages, make }: CompareRecord['missing'][number]): Diagnostic =>
  mistake(
    'not-in-cache',
    `The cache holds no result of ${stages.map(stage => `\`${stage}\``).join(', ')} of ${side.toUpperCase()} as it is now.`,
    `Make it: ${make}`,
  )

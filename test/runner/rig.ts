import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openStore, type StoreOptions } from '../../src/cache/store.ts'
import type { LocationField, Plan, PlannedStage, Source } from '../../src/plan/plan.ts'
import { resourcesOf } from '../../src/plan/resources.ts'
import { defineArtifact, type Json } from '../../src/plugin/artifact.ts'
import { Type } from '../../src/plugin/schema.ts'
import { type AnyStage, defineStage } from '../../src/plugin/stage.ts'
import { stageError } from '../../src/plugin/stage-error.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { type RunOptions, type RunResult, runPlan } from '../../src/runner/run-plan.ts'

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'sluice-runner-'))

/** A text in one file. */
export const Text = defineArtifact<string>({
  kind: 'Text',
  version: 1,
  schema: Type.String(),
  count: value => value.length,
  write: (value, dir) => writeFileSync(join(dir, 'text.txt'), value),
  read: dir => readFileSync(join(dir, 'text.txt'), 'utf8'),
})

/** Reads a file, and `options.txt` beside it if there is one. Writes down that it was called. */
export const readText = defineStage({
  name: 'read-text',
  version: 1,
  summary: 'Reads a text.',
  config: Type.Object({ file: Type.Location(), calls: Type.Optional(Type.String()) }),
  outputs: { text: Text },
  async run({ config, files, log }) {
    if (config.calls !== undefined) appendFileSync(config.calls, 'read-text\n')
    const path = await files(config.file)
    if (path === undefined)
      throw stageError({ code: 'no-file', message: 'Expected a file, found none.', file: config.file })
    const options = await files(join(dirname(config.file), 'options.txt'))
    const text = readFileSync(path, 'utf8').trim() + (options === undefined ? '' : readFileSync(options, 'utf8').trim())
    if (text.includes('?')) log.warn('there is a question in it')
    return { text }
  },
})

export const shout = defineStage({
  name: 'shout',
  version: 1,
  summary: 'Puts a text into capitals.',
  config: Type.Object({ end: Type.String(), anew: Type.Optional(Type.Boolean()) }),
  inputs: { text: Text },
  outputs: { text: Text },
  always: config => config.anew === true,
  run: ({ config, inputs }) => ({ text: inputs.text.toUpperCase() + config.end }),
})

export const measure = defineStage({
  name: 'measure',
  version: 1,
  summary: 'Counts characters.',
  config: Type.Object({}),
  inputs: { text: Text },
  outputs: { text: Text },
  outlook: (_, { text }) => (text === undefined ? undefined : `${text} characters`),
  run({ inputs, log, progress }) {
    for (let done = 1; done <= inputs.text.length; done++) progress(done, inputs.text.length)
    log.result('length', inputs.text.length)
    return { text: String(inputs.text.length) }
  },
})

interface Written {
  readonly definition: AnyStage
  readonly config?: Readonly<Record<string, Json>>
  /** Pointers of input and of output locations in `config`. */
  readonly reads?: readonly string[]
  readonly writes?: readonly string[]
  readonly inputs?: Readonly<Record<string, Source>>
  readonly needs?: readonly string[]
  readonly code?: string
}

/** What the planner would make of these stages. */
export const planOf = (folder: string, stages: Readonly<Record<string, Written>>): Plan => ({
  name: 'test',
  file: join(folder, 'pipeline.yaml'),
  warnings: [],
  stages: Object.entries(stages).map(([name, written], index) => planned(name, written, index)),
})

const planned = (name: string, written: Written, index: number): PlannedStage => {
  const { definition, config = {}, reads = [], writes = [], inputs = {}, needs = [], code = 'c0de' } = written
  const location =
    (output: boolean) =>
    (pointer: string): LocationField => ({
      pointer,
      path: String(config[pointer.slice(1)]),
      output,
    })
  const keyConfig = Object.entries(config).map(
    ([key, value]) => [key, reads.includes(`/${key}`) ? null : value] as const,
  )
  return {
    name,
    uses: definition.name,
    definition,
    code,
    config,
    keyConfig: Object.fromEntries(keyConfig.filter(([key]) => key !== 'calls')),
    locations: [...reads.map(location(false)), ...writes.map(location(true))],
    resources: resourcesOf(definition, config),
    inputs,
    after: [...new Set([...Object.values(inputs).map(({ stage }) => stage), ...needs])],
    where: Object.fromEntries(Object.keys(config).map((key, i) => [`/${key}`, `pipeline.yaml:${10 * index + i + 1}`])),
  }
}

/** read → shout → measure over `folder/in.txt`. */
export const chain = (folder: string, { end = '!', file = join(folder, 'in.txt'), anew = false } = {}): Plan =>
  planOf(folder, {
    read: { definition: readText, config: { file, calls: join(folder, 'calls.txt') }, reads: ['/file'] },
    shout: {
      definition: shout,
      config: { end, ...(anew && { anew }) },
      inputs: { text: { stage: 'read', port: 'text' } },
    },
    measure: { definition: measure, inputs: { text: { stage: 'shout', port: 'text' } } },
  })

export interface Ran extends RunResult {
  readonly events: readonly RunEvent[]
  /** The last status of each stage. */
  readonly stages: Readonly<Record<string, string>>
}

export type Options = Partial<Omit<RunOptions, 'plan' | 'store'>> & StoreOptions

/** Runs a plan with its cache in `.sluice` beside the pipeline. */
export const run = async (plan: Plan, options: Options = {}): Promise<Ran> => {
  const store = await openStore(cacheOf(plan), options)
  const events: RunEvent[] = []
  const emit = (event: RunEvent): void => {
    events.push(event)
    options.emit?.(event)
  }
  const signal = options.signal ?? new AbortController().signal
  const result = await runPlan({ ...options, plan, store, emit, signal })
  return { ...result, events, stages: lastStatuses(events) }
}

export const cacheOf = (plan: Plan) => ({ path: join(dirname(plan.file), '.sluice'), ours: true })

const lastStatuses = (events: readonly RunEvent[]): Readonly<Record<string, string>> => {
  const statuses: Record<string, string> = {}
  for (const event of events) if (event.event === 'stage') statuses[event.name] = event.status
  return statuses
}

/** Every file below a folder with its bytes, by path; the sizes and digests of a run are compared by it. */
export const filesIn = (folder: string): Readonly<Record<string, Buffer>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
      .map(path => [path.slice(folder.length + 1), readFileSync(path)]),
  )

export const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

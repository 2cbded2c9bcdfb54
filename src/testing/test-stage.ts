import { mkdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findFile } from '../cache/files-by-field.ts'
import type { Scratch } from '../cache/scratch.ts'
import { openStore } from '../cache/store.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { fileProbe } from '../plan/probe.ts'
import { resourcesOf } from '../plan/resources.ts'
import type { Json, OptionalKind, Static, TSchema } from '../plugin/artifact.ts'
import { keyConfig, locationFields, mapLocations } from '../plugin/fields.ts'
import type {
  AnyStage,
  Fact,
  InputPorts,
  InputValues,
  OutputPorts,
  OutputValues,
  Problem,
  StageDefinition,
} from '../plugin/stage.ts'
import { validate } from '../plugin/validate.ts'
import { callStage } from '../runner/call-stage.ts'
import type { RunEvent } from '../runner/events.ts'

export interface TestOptions {
  /** As in YAML, without the defaults; relative locations are relative to `folder`. */
  readonly config?: Readonly<Record<string, unknown>>
  /** By default the current folder. */
  readonly folder?: string
}

type RequiredPorts<I extends InputPorts> = { [P in keyof I]: I[P] extends OptionalKind ? never : P }[keyof I]

/** The values of the input ports; optional ones may be left out. */
type TestInputs<I extends InputPorts> = Partial<InputValues<I>> & Pick<InputValues<I>, RequiredPorts<I>>

export interface StageRun<O extends OutputPorts> {
  /** What the next stage would read: written to a folder and read back. */
  readonly outputs: OutputValues<O>
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  readonly results: Readonly<Record<string, number | string>>
  readonly steps: readonly Readonly<Record<string, number>>[]
  /** The outside files that the stage read, or looked for. */
  readonly files: readonly string[]
  /** The outside files that it wrote. */
  readonly wrote: readonly string[]
}

/**
 * Runs one stage for real, in a temporary folder: checks its configuration, fills in the defaults, runs it, and passes
 * its outputs through their codecs. What the stage throws comes through; `check` is not asked (see `checkStage`).
 *
 * @throws TypeError for a configuration that does not fit the stage's schema, Error for a stage that does not keep to its
 * contract: other outputs than its ports, a location that it did not declare, a file that it says it wrote and did not.
 */
export async function testStage<C extends TSchema, I extends InputPorts, O extends OutputPorts>(
  stage: StageDefinition<C, I, O>,
  options: TestOptions & { readonly signal?: AbortSignal } & (RequiredPorts<I> extends never
      ? { readonly inputs?: TestInputs<I> }
      : { readonly inputs: TestInputs<I> }),
): Promise<StageRun<O>> {
  const config = await configure(stage, options)
  const folder = await mkdtemp(join(tmpdir(), 'test-stage-'))
  const from = options.folder ?? process.cwd()
  const machine = stage.machine?.({ config, probe: fileProbe(from) })
  const planned = { ...plannedAlone(stage, config), ...(machine && { machine }) }
  const files: string[] = []
  const events: RunEvent[] = []
  try {
    const { outputs, wrote } = await callStage({
      stage: planned,
      folder: from,
      inputs: options.inputs ?? {},
      store: await openStore({ path: join(folder, 'cache'), ours: false }),
      scratch: freshScratch(join(folder, 'scratch'), ([file]) => files.push(findFile(file!, planned.locations)!)),
      signal: options.signal ?? new AbortController().signal,
      emit: event => void events.push(event),
      graceMs: 10_000,
    })
    return {
      ...heard(events),
      files,
      wrote: [...new Set(wrote.map(file => findFile(file, planned.locations)!))],
      outputs: await passedOn(stage, outputs as OutputValues<O>, folder),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a stage finds wrong before anything runs, and the facts that it declares. `facts` are those of its inputs. */
export async function checkStage<C extends TSchema, I extends InputPorts, O extends OutputPorts>(
  stage: StageDefinition<C, I, O>,
  options: TestOptions & { readonly facts?: { readonly [P in keyof I]?: Readonly<Record<string, Fact>> } },
): Promise<{ readonly problems: readonly Problem[]; readonly facts: Readonly<Record<string, Json>> }> {
  const config = await configure(stage, options)
  const probe = fileProbe(options.folder ?? process.cwd())
  const context = { config, facts: options.facts ?? {}, probe, forbidden: [] }
  return { problems: (await stage.check?.(context)) ?? [], facts: stage.facts?.(context) ?? {} }
}

async function configure<C extends TSchema>(
  { name, config: schema }: { readonly name: string; readonly config: C },
  { config = {}, folder = process.cwd() }: TestOptions,
): Promise<Static<C>> {
  const checked = await validate(schema, config)
  if (!checked.ok) throw new TypeError(`stage ${name}: ${JSON.stringify(checked.mistakes, null, 2)}`)
  return mapLocations(schema, checked.value, ({ value }) => resolve(folder, value)) as Static<C>
}

/** A stage as it would stand in a plan, with its configuration alone. */
function plannedAlone(definition: AnyStage, config: Json): PlannedStage {
  const locations = locationFields(definition.config, config)
  return {
    name: definition.name,
    uses: definition.name,
    definition,
    code: '',
    config: config as PlannedStage['config'],
    keyConfig: keyConfig(definition.config, config) as PlannedStage['keyConfig'],
    locations: locations.map(({ pointer, value, output }) => ({ pointer, path: value, output })),
    resources: resourcesOf(definition, config as PlannedStage['config']),
    inputs: {},
    after: [],
    where: {},
  }
}

/** As after no interrupted run. */
const freshScratch = (dir: string, declare: Scratch['declare']): Scratch => ({
  path() {
    mkdirSync(dir, { recursive: true })
    return dir
  },
  declare,
  remove: () => {},
})

/** What a stage said while it ran. */
function heard(events: readonly RunEvent[]) {
  const warnings: string[] = []
  const infos: string[] = []
  const results: Record<string, number | string> = {}
  const steps: Readonly<Record<string, number>>[] = []
  for (const event of events) {
    if (event.event === 'log') (event.level === 'warn' ? warnings : infos).push(event.message)
    if (event.event === 'result') results[event.name] = event.value
    if (event.event !== 'step') continue
    const { event: _, stage, ...numbers } = event
    steps.push(numbers as Readonly<Record<string, number>>)
  }
  return { warnings, infos, results, steps }
}

async function passedOn<O extends OutputPorts>(
  { outputs }: { readonly outputs?: O },
  made: OutputValues<O>,
  folder: string,
): Promise<OutputValues<O>> {
  const read = Object.entries(outputs ?? {}).map(async ([port, kind]) => {
    const dir = join(folder, `output-${port}`)
    await mkdir(dir)
    await kind.write(made[port], dir)
    return [port, await kind.read(dir)] as const
  })
  return Object.fromEntries(await Promise.all(read)) as OutputValues<O>
}

import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileProbe } from '../plan/probe.ts'
import type { Json, Static, TSchema } from '../plugin/artifact.ts'
import { mapLocations } from '../plugin/fields.ts'
import type {
  Fact,
  InputPorts,
  InputValues,
  OutputPorts,
  OutputValues,
  Problem,
  StageDefinition,
} from '../plugin/stage.ts'
import { validate } from '../plugin/validate.ts'

export interface TestOptions {
  /** As in YAML, without the defaults; relative locations are relative to `folder`. */
  readonly config?: Readonly<Record<string, unknown>>
  /** By default the current folder. */
  readonly folder?: string
}

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
 * @throws TypeError for a configuration that does not fit the stage's schema.
 */
export async function testStage<C extends TSchema, I extends InputPorts, O extends OutputPorts>(
  stage: StageDefinition<C, I, O>,
  options: TestOptions & { readonly signal?: AbortSignal } & (keyof I extends never
      ? { readonly inputs?: InputValues<I> }
      : { readonly inputs: InputValues<I> }),
): Promise<StageRun<O>> {
  const config = await configure(stage, options)
  const folder = await mkdtemp(join(tmpdir(), 'test-stage-'))
  const scratch = join(folder, 'scratch')
  const run = { warnings: [] as string[], infos: [] as string[], files: [] as string[], wrote: [] as string[] }
  const results: Record<string, number | string> = {}
  const steps: Readonly<Record<string, number>>[] = []
  try {
    await mkdir(scratch)
    const made = await stage.run({
      config,
      inputs: options.inputs ?? ({} as InputValues<I>),
      signal: options.signal ?? new AbortController().signal,
      progress: () => {},
      step: numbers => void steps.push(numbers),
      log: {
        info: message => void run.infos.push(message),
        warn: message => void run.warnings.push(message),
        result: (name, value) => {
          results[name] = value
        },
      },
      files: async path => {
        run.files.push(path)
        return (await exists(path)) ? path : undefined
      },
      wrote: async path => void run.wrote.push(path),
      scratch,
    })
    return { ...run, results, steps, outputs: await passedOn(stage, made, folder) }
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

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, OptionalKind, TSchema } from '../plugin/artifact.ts'
import type {
  Fact,
  InputPorts,
  InputValues,
  OutputPorts,
  OutputValues,
  Problem,
  StageDefinition,
} from '../plugin/stage.ts'
import { stageError } from '../plugin/stage-error.ts'
import { ask, configure } from './before-run.ts'
import { otherFile } from './codec-trip.ts'
import { checkParts } from './contract.ts'
import { type Made, runOnce } from './run-once.ts'

export interface TestOptions {
  /** As in YAML, without the defaults; relative locations are relative to `folder`. */
  readonly config?: Readonly<Record<string, unknown>>
  /** By default the current folder. */
  readonly folder?: string
}

export interface FactOptions<I extends InputPorts> {
  /** The facts of its inputs, as earlier stages would declare them. */
  readonly facts?: { readonly [P in keyof I]?: Readonly<Record<string, Fact>> }
}

type RequiredPorts<I extends InputPorts> = { [P in keyof I]: I[P] extends OptionalKind ? never : P }[keyof I]

/** The values of the input ports; optional ones may be left out. */
type TestInputs<I extends InputPorts> = Partial<InputValues<I>> & Pick<InputValues<I>, RequiredPorts<I>>

export interface RunOptions {
  readonly signal?: AbortSignal
  /** 1 for a stage that takes long: nothing is said of a second run then. By default 2. */
  readonly runs?: 1 | 2
  /** Leaves `facts` and `check` out, to see what the stage does with what they would not let through. */
  readonly unchecked?: true
}

/** What a stage finds before anything runs. */
export interface StageCheck {
  readonly problems: readonly Problem[]
  /** The facts that it declares about its outputs. */
  readonly facts: Readonly<Record<string, Json>>
}

export interface StageRun<O extends OutputPorts> extends StageCheck {
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
 * Runs one stage for real, in a temporary folder, as a plan and then a run would: its configuration is checked and the defaults
 * are filled in, `unused`, `facts`, `check`, `machine` and `outlook` are asked, it runs, and its outputs pass through their
 * codecs. What the stage throws comes through; an error that its `check` finds is thrown as if it had thrown it.
 *
 * What nobody thinks of asking is checked each time: that schemas and defaults are right, that the records of the outputs fit
 * their kinds' schemas, that the inputs are left as they were, that what is written is what is read back, and that a second run
 * makes the same bytes. (A stage that is made anew on every run, by its `always`, runs once.)
 *
 * @throws TypeError for a configuration that does not fit the stage's schema; Error, with what it did, for a stage that does not
 * keep to its contract.
 */
export async function testStage<C extends TSchema, I extends InputPorts, O extends OutputPorts>(
  stage: StageDefinition<C, I, O>,
  options: TestOptions &
    FactOptions<I> &
    RunOptions &
    (RequiredPorts<I> extends never ? { readonly inputs?: TestInputs<I> } : { readonly inputs: TestInputs<I> }),
): Promise<StageRun<O>> {
  await checkParts(stage)
  const config = await configure(stage, options)
  const inputs: Readonly<Record<string, unknown>> = options.inputs ?? {}
  const { machine, ...found } = await ask(stage, config, { ...options, connected: connectedPorts(inputs) })
  const error = found.problems.find(({ severity = 'error' }) => severity === 'error')
  if (error) throw stageError(error)

  const folder = await mkdtemp(join(tmpdir(), 'test-stage-'))
  const run = (name: string) =>
    runOnce(stage, {
      config,
      machine,
      inputs,
      signal: options.signal,
      from: options.folder,
      folder: join(folder, name),
    })
  try {
    const { trips, ...heard } = await run('first')
    if (options.runs !== 1 && stage.always?.(config) !== true)
      expectSame(stage.name, trips, (await run('second')).trips)
    const outputs = Object.fromEntries(Object.entries(trips).map(([port, { value }]) => [port, value]))
    return { ...heard, ...found, outputs: outputs as OutputValues<O> }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a stage finds wrong before anything runs, and the facts that it declares. */
export async function checkStage<C extends TSchema, I extends InputPorts, O extends OutputPorts>(
  stage: StageDefinition<C, I, O>,
  options: TestOptions & FactOptions<I>,
): Promise<StageCheck> {
  const { problems, facts } = await ask(stage, await configure(stage, options), options)
  return { problems, facts }
}

const expectSame = (stage: string, first: Made['trips'], second: Made['trips']): void => {
  for (const [port, { digests }] of Object.entries(first)) {
    const file = otherFile(digests, second[port]?.digests ?? {})
    if (file !== undefined)
      throw new Error(
        `stage ${stage} made another \`${port}\` when it ran again with the same configuration and inputs: ${file} differs. Its result would depend on when it was made`,
      )
  }
}

const connectedPorts = (inputs: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(inputs).filter(port => inputs[port] !== undefined)

import type { ArtifactKind, Json, OptionalKind, Static, TSchema, ValueOf } from './artifact.ts'

// biome-ignore lint/suspicious/noExplicitAny: a port holds any kind; the value's type comes back through ValueOf.
export type AnyKind = ArtifactKind<any>
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type InputPorts = Readonly<Record<string, AnyKind | OptionalKind<any>>>
export type OutputPorts = Readonly<Record<string, AnyKind>>

export type InputValues<I extends InputPorts> = {
  readonly [P in keyof I]: I[P] extends OptionalKind<infer T> ? T | undefined : ValueOf<I[P]>
}
export type OutputValues<O extends OutputPorts> = { readonly [P in keyof O]: ValueOf<O[P]> }

/** A static fact about a result, known before anything runs, and where it comes from. */
export interface Fact {
  readonly value: Json
  /** The stage that declared it. */
  readonly stage: string
  /** `file:line` of that stage's configuration, for messages. */
  readonly where: string
}

/** Reads small things before anything runs. Every answer is memoised for the length of one command. */
export interface Probe {
  /** Text of a file, or `undefined` where there is none. Refuses files over 16 MB. */
  text(path: string): string | undefined
  kind(path: string): 'file' | 'folder' | 'other' | 'absent'
  /** Names in a folder, sorted; empty where there is none. */
  list(path: string): readonly string[]
  /** A package as it is found from the pipeline file's folder, else from ours. */
  package(name: string): InstalledPackage | undefined
  /** A package as it is found from ours: the copy that we import. */
  ourPackage(name: string): InstalledPackage | undefined
  /** A variable of the environment. */
  env(name: string): string | undefined
}

export interface InstalledPackage {
  readonly version: string
  /** Where it lies, absolute. */
  readonly folder: string
}

/** One thing that a stage's `check` found wrong. `at` is a JSON pointer into the stage's configuration (`/doc_stride`). */
export interface Problem {
  readonly severity?: 'error' | 'warning'
  readonly code: string
  readonly message: string
  readonly at?: string
  readonly hint?: string
}

export interface CheckContext<C extends TSchema, I extends InputPorts> {
  readonly config: Static<C>
  /** Facts of each connected input port. */
  readonly facts: { readonly [P in keyof I]?: Readonly<Record<string, Fact>> }
  readonly probe: Probe
  /** The places a stage must never write to, and why: the pipeline's folder, the cache, the home folder, other stages' locations. */
  readonly forbidden: readonly { readonly path: string; readonly why: string }[]
}

export interface RunContext<C extends TSchema = TSchema, I extends InputPorts = InputPorts> {
  readonly config: Static<C>
  /** Values of the input ports. They may be shared with other stages: read, never changed. */
  readonly inputs: InputValues<I>
  /** What `machine` answered when the run was planned; nothing in it where the stage has no `machine`. */
  readonly machine: Readonly<Record<string, Json>>
  /** As in `check`. */
  readonly package: Probe['package']
  readonly signal: AbortSignal
  /** Moves the progress bar. `numbers` are shown beside it (`{ loss: 1.2, 'windows/s': 40, eta_s: 31 }`). */
  progress(done: number, total: number, numbers?: Readonly<Record<string, number>>): void
  /** A point of a curve (`step`, `loss`, `learning_rate` …): becomes a `step` event. */
  step(numbers: Readonly<Record<string, number>>): void
  readonly log: {
    info(message: string): void
    /** As `info`; a live list shows it for as long as the stage runs, and where it was interrupted, not only until the next. */
    note(message: string): void
    /** Kept in the manifest, and shown again (marked so) when the result is reused. */
    warn(message: string): void
    /** A line that ends the run after its table (`exact_match 71.2`); kept and shown again as warnings are. */
    result(name: string, value: number | string): void
  }
  /**
   * Declares an outside file (a configured location, or a path inside or beside one) whose content becomes part of the
   * key; its absence does too. Of a folder, the names and contents of all files in it count. Returns the path to read,
   * or `undefined` where there is nothing. Every input location that is configured must be declared so, it or something
   * in or beside it: its path is not part of the key.
   */
  files(path: string): Promise<string | undefined>
  /**
   * Declares a file that this stage wrote outside the cache: a later run reuses the result only while it is unchanged.
   * It is for stages with `effect: true` or an output location.
   */
  wrote(path: string): Promise<void>
  /** A folder that is kept, by key, across interrupted runs. */
  readonly scratch: string
}

/** What a stage takes of the machine while it runs. What is left out is as in `{ cpu: 1 }`. */
export interface Resources {
  /**
   * How many cores it keeps busy, or `all`: then it runs alone among those that compute. 0: it only waits, for a network
   * or for another machine.
   */
  readonly cpu?: number | 'all'
  /**
   * True where its work is done in the thread that calls it, which all stages share. Of such stages one runs at a time: side
   * by side they would be no faster, and hold their data at once. It can stand beside those whose work is done elsewhere.
   */
  readonly blocking?: boolean
}

/** The author's contract; README shows a whole stage under "In your own project". */
export interface StageDefinition<
  C extends TSchema = TSchema,
  I extends InputPorts = InputPorts,
  O extends OutputPorts = OutputPorts,
> {
  readonly name: string
  readonly version: number
  readonly summary: string
  readonly config: C
  readonly inputs?: I
  readonly outputs?: O
  /** True for a stage that writes outside the cache, and so declares at least one file with `wrote`. */
  readonly effect?: boolean
  /**
   * True for a stage that always ends by itself after the signal, and may have something to keep before it does: it is waited
   * for, however long that takes. Any other is left behind after ten seconds.
   */
  readonly heedsSignal?: boolean
  /**
   * What it takes of the machine, which decides what runs beside it and never what comes out; `machine` is what that
   * answered. A pipeline can say otherwise (`resources: { cpu: 2 }` beside `with`).
   */
  readonly resources?: Resources | ((config: Static<C>, machine: Readonly<Record<string, Json>>) => Resources)
  /** True for a configuration with which the stage is made anew on every run (`overwrite_cache: true`). */
  always?(config: Static<C>): boolean
  /**
   * The parameters that mean nothing beside these values of the others (those of an evaluation that is switched off): they
   * are left out of the key.
   */
  unused?(config: Static<C>): readonly string[]
  /** Finds mistakes before anything runs. */
  check?(context: CheckContext<C, I>): readonly Problem[] | Promise<readonly Problem[]>
  /**
   * What of this machine the result depends on, beside configuration, inputs and files (which engine computes, and its
   * version): becomes part of the key. Asked only where nothing is wrong with the pipeline.
   */
  machine?(context: Pick<CheckContext<C, I>, 'config' | 'probe'>): Readonly<Record<string, Json>>
  /** Facts about this stage's outputs; those of its inputs travel on by themselves. */
  facts?(context: CheckContext<C, I>): Readonly<Record<string, Json>>
  /**
   * What can be said beforehand of the work that the stage would have, for `plan`: `4,512 optimizer steps`. `records` has
   * the size of each input that is in the cache already, as its kind counts it.
   */
  outlook?(config: Static<C>, records: { readonly [P in keyof I]?: number }): string | undefined
  run(context: RunContext<C, I>): Promise<OutputValues<O>> | OutputValues<O>
}

/** Identity that types a stage from its schema and ports. */
export const defineStage = <
  const C extends TSchema,
  const I extends InputPorts = Record<never, never>,
  const O extends OutputPorts = Record<never, never>,
>(
  stage: StageDefinition<C, I, O>,
): StageDefinition<C, I, O> => stage

// biome-ignore lint/suspicious/noExplicitAny: the framework handles stages of every shape.
export type AnyStage = StageDefinition<any, any, any>

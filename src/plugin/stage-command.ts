import type { Json, TSchema } from './artifact.ts'
import type { Probe } from './stage.ts'
import type { StageProblem } from './stage-error.ts'

/** A flag of a command's own. */
export interface CommandFlag {
  readonly type: 'boolean' | 'string'
  /** What stands for its value in help. */
  readonly value?: string
  readonly about: string
  /** Whether the command needs it. */
  readonly required?: true
}

/**
 * A command of the command line that comes from a stage's file, which exports it by its name in `commands` beside the stage:
 * `pipeline engines` is `train`'s, `pipeline trace` is `read`'s. It is no part of the stage's code, so no cache key knows it.
 */
export type StageCommand = MachineCommand | ResultsCommand

interface Described {
  readonly about: string
  /** Lines of a shell, each with what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[]
  /** Beside those that its kind has. */
  readonly flags?: Readonly<Record<string, CommandFlag>>
}

/** A command that answers by itself. */
export interface MachineCommand extends Described {
  readonly looksAt?: never
  /**
   * Names of its arguments; one in brackets may be left out. By default it takes the file of a pipeline, if any, from whose
   * folder `probe` looks for packages; otherwise that is the current one.
   */
  readonly takes?: readonly string[]
  /** Whether it fetches models: it has the flags that say where they are kept, and whether to ask anew. */
  readonly fetches?: true
  /**
   * Makes ready, then answers: text for stdout piece by piece, and at the end whether what was asked for is there. What makes
   * it impossible is thrown as a `stageError`: before it answers it is the command line that is wrong, afterwards its work
   * that failed.
   */
  run(context: CommandContext): Promise<AsyncGenerator<string, boolean>>
}

export interface CommandContext {
  readonly probe: Probe
  readonly arguments: readonly string[]
  readonly flags: Readonly<Record<string, string | true>>
  /** Whether records for programs are wanted, a line each, and not text for people. */
  readonly json: boolean
  readonly stdin: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
  /** Tells of what is wrong with a part of what was asked; the command goes on. */
  report(problem: StageProblem): void
  /**
   * The folder of a model that an argument names: a path, or an address such as hf://owner/name, which is fetched first where it is
   * not here. Throws what `run` lets through: it is told as the mistakes of pipelines are.
   */
  modelFolder(location: string): Promise<string>
}

/** A command that looks at what a pipeline's runs have left in the cache. */
export interface ResultsCommand extends Described {
  readonly looksAt: 'results'
  /** The record in its answer: described in `schemas/NAME.schema.json`. */
  readonly answers: { readonly name: string; readonly schema: TSchema }
  /** @throws stageError where there is no answer */
  run(context: { readonly flags: CommandContext['flags']; readonly results: readonly KeptResult[] }): Promise<Told>
}

/** An answer for people, in sections that are laid out for the terminal, and for programs as one record. */
export interface Told {
  readonly sections: readonly Section[]
  readonly record: object
}

export interface Section {
  readonly title: Words
  readonly rows: readonly Row[]
}

/** A label and what stands behind it. */
export type Row = readonly [label: string, words: Words]

/** A text, in which parts may have a style. Nothing depends on the colour alone. `code`: a line to paste, which is not broken. */
export type Words = string | readonly (string | { readonly style: WordStyle; readonly text: string })[]
export type WordStyle = 'strong' | 'faint' | 'good' | 'bad' | 'code'

/** What the cache holds of one stage of a pipeline, in the pipeline's order. */
export interface KeptResult {
  readonly stage: string
  /** With which the result was made; of one that is not there, with which it would be. */
  readonly config: Readonly<Record<string, Json>>
  /** Where each connected input comes from. */
  readonly inputs: Readonly<Record<string, { readonly stage: string; readonly port: string }>>
  readonly outputs: Readonly<Record<string, KeptOutput>>
  /** What makes it, where the cache holds no result of the stage as it is now: a line of a shell. */
  readonly make?: string
  /** What has changed since the result that is shown was made, where it is not of the stage as it is now. */
  readonly since?: readonly string[]
}

export interface KeptOutput {
  readonly kind: string
  /**
   * Reads it, verified. There is none where the cache holds nothing.
   *
   * @throws where it is damaged.
   */
  read?(): Promise<unknown>
}

/**
 * What a stage's file exports as `comparison` beside the stage: what `pipeline compare` says of two results of it beyond their
 * parameters, numbers and times. It is no part of the stage's code either.
 */
export interface StageComparison {
  /** The record of its answer: described in `schemas/NAME.schema.json`. */
  readonly answers: { readonly name: string; readonly schema: TSchema }
  compare(a: ComparedResult, b: ComparedResult): Promise<ToldOfTwo | undefined>
}

export interface ToldOfTwo extends Told {
  /** What a page shows beside the record, such as texts that it only names. */
  readonly beside?: unknown
}

/** What a stage's file exports as `comparisonPage`: it writes what `pipeline compare` says as a page (`--html`). */
export interface ComparisonPage {
  /** How such a page begins: a file that does may be replaced. */
  readonly mark: string
  write(compared: ComparedRuns): string
}

/** Two runs, as `pipeline compare --json` tells of them (schemas/compare.schema.json). */
export interface ComparedRuns {
  /** The command lines' words for them. */
  readonly names: readonly [a: string, b: string]
  readonly record: {
    readonly parameters: readonly {
      readonly stage: string
      readonly name: string
      readonly a?: unknown
      readonly b?: unknown
    }[]
    readonly numbers: readonly {
      readonly stage: string
      readonly name: string
      readonly a?: number
      readonly b?: number
      readonly difference?: number
    }[]
    readonly times: readonly {
      readonly stage: string
      readonly a_ms?: number
      readonly b_ms?: number
      readonly same: boolean
    }[]
    readonly missing: readonly {
      readonly side: 'a' | 'b'
      readonly stages: readonly string[]
      readonly make: string
    }[]
  }
  /** What the stages' own comparisons say, with the name of its schema. */
  readonly stages: readonly {
    readonly stage: string
    readonly answers: string
    readonly record: object
    readonly beside?: unknown
  }[]
}

/** A result of a stage, with what it was made from, by port. */
export interface ComparedResult {
  readonly config: Readonly<Record<string, Json>>
  readonly inputs: Readonly<Record<string, KeptOutput>>
  readonly outputs: Readonly<Record<string, KeptOutput>>
}

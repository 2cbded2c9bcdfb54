import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import type { Cell } from './cells.ts'

/** Where a value stands in the pipeline document, from its root: `['stages', 'span', 'with', 'doc_stride']`. */
export type Path = readonly (string | number)[]

/** One entry of `stages`, references filled in and overrides applied; `with` is not yet checked against a schema. */
export interface StageEntry {
  readonly name: string
  /** `uses`, or the stage's own name where it is left out. */
  readonly uses: string
  readonly with: Readonly<Record<string, unknown>>
  /**
   * `from:` as a map of port → `stage` or `stage.port`, or null where the input is to stay open; the short form
   * `from: stage` is `{ '*': 'stage' }`.
   */
  readonly from: Readonly<Record<string, string | null>>
  readonly needs: readonly string[]
  /** What the stage takes of the machine, where the pipeline says it. */
  readonly resources?: { readonly cpu?: number | 'all' }
}

/** What is laid over a file: a profile, or a value of an axis of the matrix. */
export type Layer =
  | { readonly profile: string; readonly axis?: never }
  | { readonly axis: string; readonly profile?: never }

/** What a value came through on its way to where it counts: a variable, the environment, an anchor. */
export interface Origin {
  /** `vars.model`, `env.HOME`, `&base`. */
  readonly name: string
  /** Where its own value is written; nothing is known of the environment. */
  readonly range?: SourceRange
  /** The profile in which it is, or the axis of which it is a value. */
  readonly profile?: string
  readonly axis?: string
}

/** Where a value comes from. */
export interface WrittenValue {
  readonly range: SourceRange
  readonly profile?: string
  readonly axis?: string
  readonly through: readonly Origin[]
}

/** Another place that matters to a diagnostic. */
export type Related = NonNullable<Diagnostic['related']>[number]

/** A pipeline file after variables, profiles and overrides, which still knows where every value was written. */
export interface PipelineDocument {
  /** Absolute path of the YAML file. */
  readonly file: string
  readonly name: string
  /** In the order of the file. */
  readonly stages: readonly StageEntry[]
  /** Names of `vars`. */
  readonly variables: readonly string[]
  /** Names in `matrix` that are no variables' and no paths: perhaps parameters of stages. */
  readonly strangeAxes: readonly { readonly name: string; readonly range: SourceRange }[]
  /** The file's profiles, chosen or not: by name their `description`, where they have one. */
  readonly profiles: Readonly<Record<string, string | undefined>>
  /** The cell of the matrix that it is, if it is one. */
  readonly cell?: Cell
  /**
   * The range of a key or of a value. Of a value that came through `${vars.x}` or an alias, that is the reference.
   * Where the path itself was not written (a default, something missing): the key of the nearest enclosing one.
   */
  locate(path: Path, part?: 'key' | 'value'): SourceRange
  /** The folder which a relative location at this path is relative to: that of the YAML, or the current one for `--set` and `${env.X}`. */
  folder(path: Path): string
  /** The places that the value at a path came through, for a diagnostic's `related`: `vars.x` was written here. */
  origins(path: Path): readonly Related[]
  /** Where the value at exactly this path comes from; nothing where nobody wrote it. */
  written(path: Path): WrittenValue | undefined
  /**
   * True where the value at a path, around it or inside it could not be made out (a missing reference …). That has
   * been reported already: a later check says nothing more about it.
   */
  isBroken(path: Path): boolean
}

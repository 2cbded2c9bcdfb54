import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import type { Json } from '../plugin/artifact.ts'
import type { AnyStage, Resources } from '../plugin/stage.ts'
import type { Address } from './address.ts'

/** Where an input comes from. */
export interface Source {
  readonly stage: string
  readonly port: string
}

/** A configured location: its JSON pointer in the configuration and the absolute path that it means. */
export interface LocationField {
  readonly pointer: string
  readonly path: string
  readonly output: boolean
  /** What it is fetched from, where it is an address; `path` is then where that lies on this machine, or will. */
  readonly source?: FetchSource
  /** The digest that its file must have, where one is written beside it. */
  readonly pin?: Pin
}

/** Where the content of an address lies on this machine. */
export interface Whereabouts {
  /** Where it lies; where it would as far as that can be known, if it has not been fetched. */
  readonly path: string
  readonly there: boolean
  /** The commit that the revision of a repository was resolved to. */
  readonly commit?: string
  /** What of it was left out on purpose and how to do without; goes with what a stage finds wrong with it. */
  readonly note?: string
}

export interface FetchSource extends Whereabouts {
  readonly address: Address
  readonly written: Written
}

/** Where something was written, and what it came through, as diagnostics say it. */
export interface Written {
  readonly range: SourceRange
  readonly related: NonNullable<Diagnostic['related']>
}

/** A digest that a file must have. */
export interface Pin {
  /** SHA-256, hex in lower case. */
  readonly sha256: string
  /** The parameter that says it. */
  readonly pointer: string
  readonly written: Written
}

export interface PlannedStage {
  readonly name: string
  readonly uses: string
  readonly definition: AnyStage
  /** Digest of the stage's code (hex SHA-256). */
  readonly code: string
  /** Checked, defaults filled in, locations absolute. */
  readonly config: Readonly<Record<string, Json>>
  /**
   * `config` as it enters the key: fields marked `outOfKey` left out, input locations replaced by null (their content
   * enters instead), other locations relative to the pipeline's folder.
   */
  readonly keyConfig: Readonly<Record<string, Json>>
  /** What of this machine the result depends on, as the stage's `machine` answered. */
  readonly machine?: Readonly<Record<string, Json>>
  /** What it takes of the machine while it runs. */
  readonly resources: Required<Resources>
  readonly locations: readonly LocationField[]
  /** By input port; unconnected optional ports are left out. */
  readonly inputs: Readonly<Record<string, Source>>
  /** The input ports that are given the record of the run, and the stages that are told of in it. */
  readonly recorded?: { readonly ports: readonly string[]; readonly stages: readonly string[] }
  /** The stages that must have ended before this one starts: producers, `needs`, and those in the record of the run that it takes. */
  readonly after: readonly string[]
  /** Where each configured field was written, by JSON pointer, for explain: `file:line`, or the `--set` that its value comes from. */
  readonly where: Readonly<Record<string, string>>
}

/** What will be walked: stages in an order in which each stands after all that it needs. */
export interface Plan {
  readonly name: string
  readonly file: string
  readonly stages: readonly PlannedStage[]
  readonly warnings: readonly Diagnostic[]
}

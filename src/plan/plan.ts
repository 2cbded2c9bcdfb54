import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Json } from '../plugin/artifact.ts'
import type { AnyStage } from '../plugin/stage.ts'

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
  readonly locations: readonly LocationField[]
  /** By input port; unconnected optional ports are left out. */
  readonly inputs: Readonly<Record<string, Source>>
  /** The stages that must have ended before this one starts: producers and `needs`. */
  readonly after: readonly string[]
  /** `file:line` of each configured field, by JSON pointer, for explain. */
  readonly where: Readonly<Record<string, string>>
}

/** What will be walked: stages in an order in which each stands after all that it needs. */
export interface Plan {
  readonly name: string
  readonly file: string
  readonly stages: readonly PlannedStage[]
  readonly warnings: readonly Diagnostic[]
}

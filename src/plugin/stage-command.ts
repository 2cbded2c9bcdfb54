import type { Probe } from './stage.ts'

/**
 * A command of the command line that comes from a stage's file, which exports it as `command` beside the stage:
 * `pipeline engines` is `train`'s.
 */
export interface StageCommand {
  readonly about: string
  /** Lines of a shell, each with what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[]
  /** `probe` looks for packages from the pipeline's folder, or where there is none from the current one. */
  run(context: { readonly probe: Probe }): Promise<CommandAnswer>
}

export interface CommandAnswer {
  /** For people. */
  readonly lines: readonly string[]
  /** For programs. */
  readonly records: readonly object[]
  /** Whether what was asked for is there. */
  readonly ok: boolean
}

import type { Probe } from './stage.ts'
import type { StageProblem } from './stage-error.ts'

/** A flag of a command's own. */
export interface CommandFlag {
  readonly type: 'boolean' | 'string'
  /** What stands for its value in help. */
  readonly value?: string
  readonly about: string
}

/**
 * A command of the command line that comes from a stage's file, which exports it by its name in `commands` beside the
 * stage: `pipeline engines` is `train`'s, `pipeline predict` the stage's of that name.
 */
export interface StageCommand {
  readonly about: string
  /** Lines of a shell, each with what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[]
  /**
   * Names of its arguments; one in brackets may be left out. By default it takes the file of a pipeline, if any, from whose
   * folder `probe` looks for packages; otherwise that is the current one.
   */
  readonly takes?: readonly string[]
  /** Beside `--json`. */
  readonly flags?: Readonly<Record<string, CommandFlag>>
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
}

import type { CommandFlag } from '../plugin/stage-command.ts'
import type { ExitCode } from './exit.ts'
import type { FlagName, Flags } from './flags.ts'

/** A file, with the flags that are written behind it. */
export interface Operand {
  readonly file: string
  /** All that apply to it; those behind it; those before the first file. */
  readonly flags: OperandFlags
  readonly own: OperandFlags
  readonly shared: OperandFlags
}
export type OperandFlags = Pick<Flags, 'set' | 'profile'>

export interface Arguments {
  readonly positionals: readonly string[]
  readonly flags: Flags
  /** Of a command whose files have flags of their own. */
  readonly operands?: readonly Operand[]
  /** Values of flags of the command's own. */
  readonly own?: Readonly<Record<string, string | true>>
}

interface FlagMeaning {
  readonly value: string
  readonly about: string
}

/** One command: what it takes, what its help says, and what it does. */
export interface Command {
  readonly name: string
  /** Names of its positional arguments; one in brackets may be left out. */
  readonly takes: readonly string[]
  readonly flags: readonly FlagName[]
  /** Of flags that take other values here than elsewhere. */
  readonly meanings?: Readonly<Partial<Record<FlagName, FlagMeaning>>>
  /** Whether --set and --profile belong to the file that they follow. */
  readonly operands?: true
  /** Flags that no other command has, where it comes with a stage. */
  readonly own?: Readonly<Record<string, CommandFlag>>
  readonly about: string
  /** Lines of a shell, each with what it does. */
  readonly examples: readonly (readonly [command: string, about: string])[]
  run(given: Arguments): Promise<ExitCode>
}

/** Identity that types a command. */
export const defineCommand = (command: Command): Command => command

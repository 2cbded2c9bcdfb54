import type { AnyKind, AnyStage, InputPorts } from '../plugin/stage.ts'
import type { Source } from './plan.ts'
import type { FoundStage } from './stages.ts'

export const inputsOf = (definition: AnyStage | undefined): InputPorts => definition?.inputs ?? {}
export const outputsOf = (definition: AnyStage): Readonly<Record<string, AnyKind>> => definition.outputs ?? {}

export const isOptional = (input: InputPorts[string]): boolean => 'optional' in input
export const isOnlyNamed = (input: InputPorts[string]): boolean => 'optional' in input && input.onlyNamed === true
export const kindOf = (input: InputPorts[string]): string => ('optional' in input ? input.kind.kind : input.kind)

/** The output ports of a stage that make a kind, in the order of its definition. */
export const makersIn = ({ name, definition }: FoundStage, kind: string): Source[] =>
  Object.entries(definition ? outputsOf(definition) : {})
    .filter(([, output]) => output.kind === kind)
    .map(([port]) => ({ stage: name, port }))

/** `stage.port`. */
export const spell = ({ stage, port }: Source): string => `${stage}.${port}`

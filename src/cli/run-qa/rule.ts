/** What a flag's value may be. */
export type FlagType = 'switch' | 'integer' | 'number' | 'text'
export type FlagValue = boolean | number | string

/** Parameters of stages, and of the whole (`vars.model`), by path. */
export type Settings = Readonly<Record<string, FlagValue>>

/** What becomes of a flag. */
export type Outcome =
  | { readonly settings: Settings; readonly note?: string }
  /** It has the effect here without being said. */
  | { readonly nothing: string }
  | { readonly unsupported: string; readonly settings?: Settings }

/** A flag, and what became of it. */
export interface Row {
  readonly flag: string
  readonly outcome: Outcome
}

export const settingsOf = (outcome: Outcome): Settings => ('settings' in outcome && outcome.settings) || {}

/** A value as people write it: 5e-5, not 0.00005. */
export const shownValue = (value: FlagValue): string =>
  typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)

/** One flag of a script. */
export interface FlagRule {
  readonly type: FlagType
  /** What the script takes where the flag is left out; nothing where that is to do without it. */
  readonly default?: FlagValue
  /** What becomes of a value. `given` has the values of all flags, defaults included. */
  becomes(value: FlagValue, given: Given): Outcome
}

export interface Given {
  /** The value of a flag of the script: as given, else its default. */
  value(name: string): FlagValue | undefined
  /** A path of the command line, as the pipeline file has to write it. */
  path(text: string): string
}

export type Rules = Readonly<Record<string, FlagRule>>

/** It is a parameter of a stage. */
export const to = (setting: string, type: FlagType, preset?: FlagValue, note?: string): FlagRule => ({
  type,
  ...(preset !== undefined && { default: preset }),
  becomes: value => ({ settings: { [setting]: value }, ...(note !== undefined && { note }) }),
})

/** Only these values do what is done here. */
export const only = (type: FlagType, values: readonly FlagValue[], otherwise: string): FlagRule => ({
  type,
  becomes: value => (values.includes(value) ? { nothing: 'it is so here' } : { unsupported: otherwise }),
})

/** Nothing needs to be said here; switched off, even less. */
export const nothing = (type: FlagType, why: string): FlagRule => ({ type, becomes: () => ({ nothing: why }) })

/** There is no such thing here. */
export const unsupported = (type: FlagType, why: string): FlagRule => ({
  type,
  becomes: value => (value === false ? { nothing: 'it is so here' } : { unsupported: why }),
})

/** One rule for many flags. */
export const each = (rule: FlagRule, ...names: readonly string[]): Rules =>
  Object.fromEntries(names.map(name => [name, rule]))

import type { ConfigProblem, ModelConfig } from './network.types.ts'

/** What a field of a `config.json` must be. */
export interface Rule {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
  /** What `transformers` takes where the field is left out; none: it is required. */
  readonly default?: unknown
}
export type Rules = Readonly<Record<string, Rule>>

export const integer = (least: number, why = ''): Rule => ({
  expected: `an integer of at least ${least}${why}`,
  fits: value => Number.isSafeInteger(value) && Number(value) >= least,
})
export const count: Rule = integer(1)
export const rate: Rule = {
  expected: 'a number from 0 to below 1',
  fits: value => typeof value === 'number' && value >= 0 && value < 1,
}
export const positive: Rule = {
  expected: 'a number above 0',
  fits: value => typeof value === 'number' && value > 0 && value < Infinity,
}
/** One of these values, of which the first is the default. */
export const only = (...values: readonly unknown[]): Rule => ({
  expected: values.map(value => JSON.stringify(value)).join(' or '),
  fits: value => values.includes(value),
  default: values[0],
})

/** Everything in a configuration that breaks a rule, or whose width is no multiple of its heads; empty where all is well. */
export function checkConfig(
  config: ModelConfig,
  rules: Rules,
  { width, heads }: { readonly width: string; readonly heads: string },
): readonly ConfigProblem[] {
  const value = (field: string) => config[field] ?? rules[field]!.default
  const wrong = Object.entries(rules)
    .filter(([field, rule]) => !rule.fits(value(field)))
    .map(([field, rule]) => ({
      field,
      message: `\`${field}\`: expected ${rule.expected}, found ${found(value(field))}`,
    }))
  if (wrong.length > 0 || Number(value(width)) % Number(value(heads)) === 0) return wrong
  return [
    {
      field: width,
      message: `\`${width}\`: expected a multiple of the ${value(heads)} attention heads, found ${value(width)}`,
    },
  ]
}

/** The numbers that these rules are of, defaults filled in; the configuration must have passed `checkConfig`. */
export const numbersOf = <Field extends string>(
  config: ModelConfig,
  rules: Readonly<Record<Field, Rule>>,
): Readonly<Record<Field, number>> => {
  const numbers = Object.entries<Rule>(rules).map(([field, rule]) => [field, Number(config[field] ?? rule.default)])
  return Object.fromEntries(numbers)
}

const found = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))

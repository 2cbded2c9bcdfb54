import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/nearest.ts'
import { mistake } from '../arguments.ts'
import type { GivenFlag } from './command-line.ts'
import type { FlagRule, FlagValue, Row } from './rule.ts'
import type { Script } from './scripts.ts'

export interface ReadFlags {
  readonly values: ReadonlyMap<string, FlagValue>
  /** Those that the script has, in the order in which they were given. */
  readonly known: readonly { readonly name: string; readonly shown: string }[]
  readonly unknown: readonly Row[]
  readonly mistakes: readonly Diagnostic[]
}

/** The values of a script's flags, as it would read them. */
export const readFlags = (script: Script, flags: readonly GivenFlag[]): ReadFlags => {
  const values = new Map<string, FlagValue>()
  const known: { readonly name: string; readonly shown: string }[] = []
  const unknown: Row[] = []
  const mistakes: Diagnostic[] = []
  for (const given of flags) {
    const { name, value } = meant(script, given)
    const rule = Object.hasOwn(script.rules, name) ? script.rules[name] : undefined
    if (!rule) {
      unknown.push(unknownRow(given, script))
      continue
    }
    const read = readValue(rule, { ...given, value })
    if (typeof read === 'object') mistakes.push(read.mistake)
    else {
      values.set(name, read)
      known.push({ name, shown: shownFlag(given) })
    }
  }
  return { values, known, unknown, mistakes }
}

/** The flag of a script that was meant: `--no_pad_to_max_length` and `--nodo_lower_case` switch off. */
const meant = ({ rules }: Script, { name, value }: GivenFlag): Pick<GivenFlag, 'name' | 'value'> => {
  const off = /^no_?(.*)$/.exec(name)?.[1]
  if (Object.hasOwn(rules, name) || off === undefined || !Object.hasOwn(rules, off)) return { name, value }
  return { name: off, value: 'false' }
}

const unknownRow = (given: GivenFlag, { name: script, rules }: Script): Row => {
  const { name, written } = given
  if (name === '') return { flag: written, outcome: { unsupported: `${script} takes flags alone` } }
  const hint = didYouMean(name, Object.keys(rules))
  const near = hint?.startsWith('Did') ? `; ${hint.replace('Did you mean `', 'did you mean `--')}` : ''
  return { flag: shownFlag(given), outcome: { unsupported: `${script} has no such flag${near}` } }
}

const readValue = (rule: FlagRule, { written, value }: GivenFlag): FlagValue | { readonly mistake: Diagnostic } => {
  const wrong = (expected: string) => ({ mistake: mistake('flag-value', `${written} needs ${expected}.`) })
  if (rule.type === 'switch') {
    if (value === undefined || /^(true|t|yes|y|1)$/i.test(value)) return true
    if (/^(false|f|no|n|0)$/i.test(value)) return false
    return wrong(`true or false; found \`${value}\``)
  }
  if (value === undefined) return wrong('a value')
  if (rule.type === 'text') return value
  const number = Number(value)
  const fits = value.trim() !== '' && Number.isFinite(number) && (rule.type === 'number' || Number.isInteger(number))
  return fits ? number : wrong(`${rule.type === 'number' ? 'a number' : 'an integer'}; found \`${value}\``)
}

/** Words that let one in are shown to nobody. */
const secret = /token$/

/** A flag as it was given. */
export const shownFlag = ({ name, written, value }: GivenFlag): string =>
  value === undefined ? written : `${written} ${secret.test(name) ? '…' : value}`

import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/nearest.ts'
import { mistake } from '../arguments.ts'
import { type CommandLine, type GivenFlag, readCommandLine } from './command-line.ts'
import type { FlagRule, FlagValue, Given, Outcome, Settings } from './rule.ts'
import { type Script, scriptOf } from './scripts.ts'

/** What became of a flag. */
export interface Row {
  readonly flag: string
  readonly outcome: Outcome
}

export interface Conversion {
  readonly script: Script
  /** By path: `vars.model`, `train.learning_rate`. What comes from a default of the script is among them. */
  readonly settings: Settings
  readonly given: readonly Row[]
  /** What the script takes where a flag is left out. */
  readonly defaults: readonly Row[]
  readonly trains: boolean
  readonly predicts: boolean
}

/** From a command line to the settings of a pipeline; or all that is wrong with it. */
export const convert = (
  text: string,
  path: (text: string) => string,
): Conversion | { readonly mistakes: readonly Diagnostic[] } => {
  const line = readCommandLine(text)
  if ('mistake' in line) return { mistakes: [line.mistake] }
  const script = scriptOf(line)
  if ('mistake' in script) return { mistakes: [script.mistake] }
  const mistakes: Diagnostic[] = []
  const values = new Map<string, FlagValue>()
  const known: { readonly name: string; readonly flag: string }[] = []
  const unknown: Row[] = []
  for (const each of line.flags) {
    const [name, flag] = knownFlag(script, each)
    const rule = Object.hasOwn(script.rules, name) ? script.rules[name] : undefined
    if (!rule) {
      unknown.push(unknownRow(each, script))
      continue
    }
    const read = readValue(rule, flag)
    if (typeof read === 'object') mistakes.push(read.mistake)
    else {
      values.set(name, read)
      known.push({ name, flag: shownFlag(each) })
    }
  }
  const given: Given = {
    value: name => values.get(name) ?? (Object.hasOwn(script.rules, name) ? script.rules[name]?.default : undefined),
    isGiven: name => values.has(name),
    path,
  }
  const trains = given.value('do_train') === true
  const predicts = given.value(script.predicts) === true
  const outcomeOf = (name: string, value: FlagValue): Outcome => {
    const outcome = script.rules[name]!.becomes(value, given)
    const idle = !trains && isOfTraining(outcome)
    return idle ? { nothing: 'nothing is trained' } : outcome
  }
  const rows = known.map(({ name, flag }) => ({ flag, outcome: outcomeOf(name, values.get(name)!) }))
  const absent = Object.entries(script.rules).filter(([name, rule]) => rule.default !== undefined && !values.has(name))
  const defaults = absent.map(([name, rule]) => ({
    flag: `--${name} ${shownValue(rule.default!)}`,
    outcome: outcomeOf(name, rule.default!),
  }))
  const settings: Settings = Object.assign(
    {},
    script.fixed,
    ...[...defaults, ...rows].map(({ outcome }) => ('settings' in outcome ? outcome.settings : {})),
  )
  mistakes.push(...lacks(script, settings, trains, predicts, known))
  if (mistakes.length > 0) return { mistakes }
  const side = sideBySide(line, settings)
  return {
    script,
    settings: { ...settings, ...side.settings },
    given: [...rows, ...unknown, ...side.rows],
    defaults: defaults.filter(({ outcome }) => !isMoot(outcome, settings)),
    trains,
    predicts,
  }
}

const isOfTraining = (outcome: Outcome): boolean => {
  const settings = 'settings' in outcome ? Object.keys(outcome.settings ?? {}) : []
  return settings.length > 0 && settings.every(setting => /^(train|save|cache)\./.test(setting))
}

/** A default that another flag has the last word on. */
const isMoot = (outcome: Outcome, settings: Settings): boolean =>
  !('settings' in outcome) ||
  Object.entries(outcome.settings ?? {}).some(([setting, value]) => settings[setting] !== value)

/** The flag of a script that was meant: `--no_pad_to_max_length` and `--nodo_lower_case` switch off. */
const knownFlag = ({ rules }: Script, flag: GivenFlag): [string, GivenFlag] => {
  const off = /^no_?(.*)$/.exec(flag.name)?.[1]
  if (Object.hasOwn(rules, flag.name) || off === undefined || !Object.hasOwn(rules, off)) return [flag.name, flag]
  return [off, { ...flag, value: 'false' }]
}

const unknownRow = ({ name, written, value }: GivenFlag, { name: script, rules }: Script): Row => {
  if (name === '') return { flag: written, outcome: { unsupported: `${script} takes flags alone` } }
  const hint = didYouMean(name, Object.keys(rules))
  const near = hint?.startsWith('Did') ? `; ${hint.replace('Did you mean `', 'did you mean `--')}` : ''
  return { flag: shownFlag({ name, written, value }), outcome: { unsupported: `${script} has no such flag${near}` } }
}

/** Words that let one in are shown to nobody. */
const secret = /token$/

const shownFlag = ({ name, written, value }: GivenFlag): string =>
  value === undefined ? written : `${written} ${secret.test(name) ? '…' : shownValue(value)}`

const shownValue = (value: FlagValue): string =>
  typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)

const readValue = (rule: FlagRule, { written, value }: GivenFlag): FlagValue | { readonly mistake: Diagnostic } => {
  if (rule.type === 'switch') {
    if (value === undefined || /^(true|t|yes|y|1)$/i.test(value)) return true
    if (/^(false|f|no|n|0)$/i.test(value)) return false
    return { mistake: mistake('flag-value', `${written} needs true or false; found \`${value}\`.`) }
  }
  if (value === undefined) return { mistake: mistake('flag-value', `${written} needs a value.`) }
  if (rule.type === 'text') return value
  const number = Number(value)
  const fits = value.trim() !== '' && Number.isFinite(number) && (rule.type === 'number' || Number.isInteger(number))
  const expected = rule.type === 'number' ? 'a number' : 'an integer'
  return fits ? number : { mistake: mistake('flag-value', `${written} needs ${expected}; found \`${value}\`.`) }
}

/** What a pipeline cannot do without. */
const lacks = (
  script: Script,
  settings: Settings,
  trains: boolean,
  predicts: boolean,
  known: readonly { readonly name: string }[],
): Diagnostic[] => {
  const found = (setting: string) => setting in settings
  const needs = (what: string, flags: string) =>
    mistake('missing-flag', `Expected ${what}; found none.`, `Give ${flags}.`)
  // A flag that was given and cannot be used is told of in another way.
  const was = (...names: readonly string[]) => known.some(({ name }) => names.includes(name))
  const [model, train, dev] = script.needs
  return [
    ...(found('vars.model') ? [] : [needs('a model', model)]),
    ...(!trains && !predicts
      ? [
          mistake(
            'nothing-to-do',
            `${script.name} would do nothing.`,
            `Give \`--do_train\`, \`--${script.predicts}\`, or both.`,
          ),
        ]
      : []),
    ...(trains && !found('vars.train_file') ? [needs('data to train on', train)] : []),
    ...(predicts && !found('vars.dev_file') ? [needs('data to predict on', dev)] : []),
    ...(was('output_dir') ? [] : [needs('a folder for the results', '`--output_dir`')]),
  ]
}

/** Processes that train side by side: their batches are taken one after the other, to the same sum of gradients. */
const sideBySide = (
  { launcher, environment }: CommandLine,
  settings: Settings,
): { rows: Row[]; settings: Settings } => {
  const rows: Row[] = []
  let processes = 1
  for (const flag of launcher) {
    const count = Number(flag.value)
    if (/^(nproc_per_node|num_processes|nnodes|num_machines)$/.test(flag.name) && Number.isInteger(count))
      processes *= count
    else if (/^nproc_per_node$/.test(flag.name))
      rows.push({
        flag: shownFlag(flag),
        outcome: { unsupported: 'as many processes as that machine has devices; one here' },
      })
    else if (flag.name === 'mixed_precision' && flag.value !== 'no')
      rows.push({ flag: shownFlag(flag), outcome: { unsupported: 'weights and activations have 32 bits here' } })
  }
  const accumulation = Number(settings['train.gradient_accumulation_steps'] ?? 1)
  const more = processes > 1 ? { 'train.gradient_accumulation_steps': accumulation * processes } : {}
  if (processes > 1) {
    const batch = Number(settings['train.train_batch_size'] ?? 8) * accumulation * processes
    rows.push({
      flag: `${processes} processes`,
      outcome: { settings: more, note: `one after the other: the same effective batch of ${batch}` },
    })
  }
  const devices = environment.CUDA_VISIBLE_DEVICES
  if (devices !== undefined) {
    const several = devices.includes(',') && processes === 1
    const outcome: Outcome = several
      ? { unsupported: 'there, several devices multiply the batch; one computes here' }
      : { nothing: 'CUDA heeds it here, too' }
    rows.push({ flag: `CUDA_VISIBLE_DEVICES=${devices}`, outcome })
  }
  return { rows, settings: more }
}

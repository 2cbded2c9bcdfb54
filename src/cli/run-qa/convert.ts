import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { mistake } from '../arguments.ts'
import { readCommandLine } from './command-line.ts'
import { readFlags } from './read-flags.ts'
import { type FlagValue, type Given, type Outcome, type Row, type Settings, settingsOf, shownValue } from './rule.ts'
import { type Script, scriptOf } from './scripts.ts'
import { sideBySide } from './side-by-side.ts'

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

/** From a command line to the settings of a pipeline; or all that is wrong with it. `path` says how the pipeline writes a path. */
export const convert = (
  text: string,
  path: (text: string) => string,
): Conversion | { readonly mistakes: readonly Diagnostic[] } => {
  const line = readCommandLine(text)
  if ('mistake' in line) return { mistakes: [line.mistake] }
  const script = scriptOf(line)
  if ('mistake' in script) return { mistakes: [script.mistake] }
  const { rules } = script
  const { values, known, unknown, mistakes } = readFlags(script, line.flags)
  const given: Given = {
    value: name => values.get(name) ?? (Object.hasOwn(rules, name) ? rules[name]?.default : undefined),
    path,
  }
  const trains = given.value('do_train') === true
  const predicts = given.value(script.predicts) === true
  const outcomeOf = (name: string, value: FlagValue): Outcome => {
    const outcome = rules[name]!.becomes(value, given)
    return !trains && isOfTraining(outcome) ? { nothing: 'nothing is trained' } : outcome
  }
  const rows = known.map(({ name, shown }) => ({ flag: shown, outcome: outcomeOf(name, values.get(name)!) }))
  const defaults = Object.entries(rules).flatMap(([name, { default: preset }]) =>
    preset === undefined || values.has(name)
      ? []
      : [{ flag: `--${name} ${shownValue(preset)}`, outcome: outcomeOf(name, preset) }],
  )
  const settings: Settings = Object.assign(
    {},
    script.fixed,
    ...[...defaults, ...rows].map(({ outcome }) => settingsOf(outcome)),
  )
  const all = [...mistakes, ...lacks(script, settings, rows, { trains, predicts, saves: values.has('output_dir') })]
  if (all.length > 0) return { mistakes: all }
  const side = sideBySide(line, settings, trains)
  return {
    script,
    settings: { ...settings, ...side.settings },
    given: [...rows, ...unknown, ...side.rows],
    defaults: defaults.filter(({ outcome }) => hasItsSay(outcome, settings)),
    trains,
    predicts,
  }
}

const isOfTraining = (outcome: Outcome): boolean => {
  const settings = Object.keys(settingsOf(outcome))
  return settings.length > 0 && settings.every(setting => /^(train|save|cache)\./.test(setting))
}

/** Whether a default is one that no flag has overruled. */
const hasItsSay = (outcome: Outcome, settings: Settings): boolean =>
  'settings' in outcome && Object.entries(settingsOf(outcome)).every(([setting, value]) => settings[setting] === value)

interface Wanted {
  readonly trains: boolean
  readonly predicts: boolean
  readonly saves: boolean
}

/** What a pipeline cannot do without. */
const lacks = (
  { name, needs, predicts: predict }: Script,
  settings: Settings,
  rows: readonly Row[],
  { trains, predicts, saves }: Wanted,
): Diagnostic[] => {
  const wanted = [
    { setting: 'vars.model', what: 'a model', by: needs.model, wanted: true },
    { setting: 'vars.train_file', what: 'data to train on', by: needs.train, wanted: trains },
    { setting: 'vars.dev_file', what: 'data to predict on', by: needs.dev, wanted: predicts },
  ]
  const missing = wanted
    .filter(each => each.wanted && !(each.setting in settings))
    .map(({ what, by }) => {
      const given = rows.find(
        ({ flag, outcome }) => 'unsupported' in outcome && by.includes(flag.replace(/\s.*$/s, '')),
      )
      const why = given && 'unsupported' in given.outcome ? `\`${given.flag}\`: ${given.outcome.unsupported}` : 'none'
      return mistake(
        'missing-flag',
        `Expected ${what}; found ${why}.`,
        `Give ${by.map(flag => `\`${flag}\``).join(' or ')}.`,
      )
    })
  const both = `Give \`--do_train\`, \`--${predict}\`, or both.`
  return [
    ...missing,
    ...(trains || predicts ? [] : [mistake('nothing-to-do', `${name} would do nothing.`, both)]),
    ...(saves
      ? []
      : [mistake('missing-flag', 'Expected a folder for the results; found none.', 'Give `--output_dir`.')]),
  ]
}

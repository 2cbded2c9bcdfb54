import { stringify } from 'yaml'
import type { Conversion } from './convert.ts'
import { type FlagValue, type Settings, shownValue } from './rule.ts'

/** The text of a pipeline with these settings. */
export const pipelineText = (name: string, { settings, trains, predicts }: Conversion): string => {
  const { 'train.evaluate_during_training': watches } = settings
  const vocab = settings['tokenize.vocab'] ?? '${vars.model}'
  const tokenize = { vocab, ...only(settings, 'tokenize', 'do_lower_case') }
  const version = only(settings, 'read', 'version_2_with_negative')
  const vars = {
    ...(trains && { train_file: settings['vars.train_file'] }),
    ...(predicts && { dev_file: settings['vars.dev_file'] }),
    model: settings['vars.model'],
    span: of(settings, 'span'),
  }
  const evaluation = { eval_windows: 'span-dev', eval_examples: 'read-dev' }
  const stages = [
    ...(trains
      ? [
          stage('read', { with: { file: '${vars.train_file}', for: 'training', ...version } }),
          stage('tokenize', { with: tokenize }),
          stage('span', { with: '${vars.span}' }),
          stage('cache', { with: of(settings, 'cache') }),
        ]
      : []),
    ...(predicts
      ? [
          stage('read-dev', { uses: 'read', with: { file: '${vars.dev_file}', for: 'evaluation', ...version } }),
          stage('tokenize-dev', { uses: 'tokenize', with: tokenize, from: 'read-dev' }),
          stage('span-dev', { uses: 'span', with: '${vars.span}', from: 'tokenize-dev' }),
        ]
      : []),
    ...(trains
      ? [
          stage('train', {
            with: { model: '${vars.model}', ...of(settings, 'train') },
            ...(watches === true && predicts && { from: evaluation }),
          }),
          stage('save', { with: of(settings, 'save') }),
        ]
      : []),
    ...(predicts
      ? [
          stage('predict', {
            from: { windows: 'span-dev', examples: 'read-dev', ...(trains && { model: 'train' }) },
            with: { ...(!trains && { model: '${vars.model}' }), ...of(settings, 'predict') },
          }),
          stage('evaluate', { from: { predictions: 'predict', examples: 'read-dev' } }),
        ]
      : []),
  ]
  return [`name: ${yaml(name)}`, '', 'vars:', ...entries(vars, 2), '', 'stages:', ...stages.flat(), ''].join('\n')
}

type Value = FlagValue | undefined | Readonly<Record<string, FlagValue | undefined>>
type Entry = Readonly<Record<string, Value>>

/** A stage, its parts each on a line, or its parameters each on one where there are many. */
const stage = (name: string, parts: Entry): string[] => {
  const lines = entries(parts, 4)
  return lines.length === 0 ? [`  ${name}: {}`] : [`  ${name}:`, ...lines]
}

const entries = (parts: Entry, indent: number): string[] =>
  Object.entries(parts).flatMap(([key, value]) => {
    if (value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)) return []
    const flow = `${' '.repeat(indent)}${key}: ${yaml(value)}`
    if (typeof value !== 'object' || flow.length <= 110) return [flow]
    return [`${' '.repeat(indent)}${key}:`, ...entries(value, indent + 2)]
  })

/** A value on one line. A reference is quoted, as in all our pipelines. */
const yaml = (value: Value): string => {
  if (typeof value === 'object')
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${yaml(each)}`)
      .join(', ')} }`
  if (typeof value === 'string' && value.includes('${')) return JSON.stringify(value)
  if (typeof value === 'number') return shownValue(value)
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow' }).trimEnd()
}

const of = (settings: Settings, stage: string): Record<string, FlagValue> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([setting]) => setting.startsWith(`${stage}.`))
      .map(([setting, value]) => [setting.slice(stage.length + 1), value]),
  )

const only = (settings: Settings, stage: string, name: string): Record<string, FlagValue> => {
  const value = settings[`${stage}.${name}`]
  return value === undefined ? {} : { [name]: value }
}

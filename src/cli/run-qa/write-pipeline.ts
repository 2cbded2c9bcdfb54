import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { diagnosticsError } from '../../diagnostic/diagnostic.ts'
import { builtins } from '../../library/builtins.ts'
import type { Schema } from '../../plugin/json-schema.ts'
import { programWords } from '../called.ts'
import { editorLine } from '../editor-line.ts'
import { type ExitCode, exit } from '../exit.ts'
import { laidOut, print } from '../print.ts'
import { shellWord } from '../shell-word.ts'
import { writeNew } from '../write-new.ts'
import { type Conversion, convert } from './convert.ts'
import { pipelineText } from './pipeline-text.ts'
import { type FlagValue, type Outcome, type Row, settingsOf, shownValue } from './rule.ts'

/** Writes the pipeline that does what a command line of run_qa.py or run_squad.py does, and says what became of each flag. */
export const writePipeline = async (file: string, command: string): Promise<ExitCode> => {
  const text = command === '-' ? readFileSync(0, 'utf8') : command
  const converted = convert(text, pathsFor(file))
  if ('mistakes' in converted) throw diagnosticsError(...converted.mistakes)
  const defaults = await ourDefaults()
  const settings = Object.fromEntries(
    Object.entries(converted.settings).filter(
      ([setting, value]) => told.test(setting) || isChosen(converted, setting) || defaults.get(setting) !== value,
    ),
  )
  const name = basename(file).replace(/\.ya?ml$/, '')
  const head = `# What a command line of ${converted.script.name} does; \`pipeline init --from-run-qa\` wrote it and said what became of each flag.\n`
  writeNew({ [file]: `${editorLine(file)}${head}${pipelineText(name, { ...converted, settings })}` })
  print(...wordsOf(file, converted, defaults))
  return exit.done
}

/** What a pipeline is read for: it is written even where it is as everywhere. */
const told = /^(span\..*|train\.(learning_rate|train_batch_size|num_train_epochs))$/

/** A path of the command line, relative to the current folder, as it is written in the pipeline file. */
const pathsFor = (file: string) => (text: string) => {
  if (text.includes('${') || /^[a-z0-9]+:\/\//.test(text)) return text
  const path = resolve(text.replace(/^~(?=\/|$)/, homedir()))
  if (/^[/~]/.test(text)) return path
  const near = relative(dirname(resolve(file)), path)
    .split(sep)
    .join('/')
  return near.startsWith('.') ? near : `./${near}`
}

/** What the parameters of the stages are where a pipeline says nothing, by path. */
const ourDefaults = async (): Promise<ReadonlyMap<string, unknown>> => {
  const found = new Map<string, unknown>()
  for (const [name, load] of Object.entries(builtins)) {
    const config: Schema = (await load()).default.config
    for (const [field, { default: preset }] of Object.entries(config.properties ?? {}))
      if (preset !== undefined) found.set(`${name}.${field}`, preset)
  }
  return found
}

const isChosen = ({ given }: Conversion, setting: string): boolean =>
  given.some(({ outcome }) => setting in settingsOf(outcome))

const wordsOf = (file: string, converted: Conversion, ours: ReadonlyMap<string, unknown>): string[] => {
  const { given, defaults, script } = converted
  const mapped = given.filter(({ outcome }) => !('unsupported' in outcome))
  const not = given.filter(({ outcome }) => 'unsupported' in outcome)
  const rows = [
    ...section('Mapped:', mapped, outcome => settingsWords(outcome)),
    ...section('Not supported:', not, outcome =>
      'unsupported' in outcome
        ? [outcome.unsupported, settingsWords({ settings: settingsOf(outcome) })].filter(Boolean).join('; ')
        : '',
    ),
    ...section(`Left out, with the defaults of ${script.name}:`, defaults, outcome => defaultWords(outcome, ours)),
    ...fixedRows(converted, ours),
  ]
  const validate = [...programWords(), 'validate', file].map(shellWord).join(' ')
  return [`wrote ${file}`, ...rows, '', 'Check it, with the files that it names:', `  ${validate}`]
}

const section = (title: string, rows: readonly Row[], words: (outcome: Outcome) => string): string[] =>
  rows.length === 0 ? [] : ['', title, ...laidOut(rows.map(({ flag, outcome }) => [`  ${flag}`, words(outcome)]))]

const settingsWords = (outcome: Outcome, status = ''): string => {
  if ('nothing' in outcome) return `nothing to do: ${outcome.nothing}`
  const settings = Object.entries(settingsOf(outcome)).map(([setting, value]) => `${setting}: ${shown(value)}`)
  const note = ('note' in outcome && outcome.note) || ''
  const said = settings.join(', ') + status
  return said === '' ? note : note === '' ? said : `${said}  (${note})`
}

const defaultWords = (outcome: Outcome, ours: ReadonlyMap<string, unknown>): string => {
  const same = Object.entries(settingsOf(outcome)).every(([setting, value]) => ours.get(setting) === value)
  return settingsWords(outcome, same ? ', as it is here' : ', set because it differs here')
}

const fixedRows = ({ script, trains }: Conversion, ours: ReadonlyMap<string, unknown>): string[] => {
  const fixed = trains ? Object.entries(script.fixed) : []
  if (fixed.length === 0) return []
  const rows = fixed.map(([setting, value]) => [
    `  ${setting}: ${shown(value)}`,
    `${shown(ours.get(setting) as FlagValue)} here`,
  ])
  return ['', `Set because ${script.name} does so without a flag:`, ...laidOut(rows)]
}

/** The digest of a file says nothing to people. */
const shown = (value: FlagValue): string => shownValue(value).replace(/#sha256=.*$/, '')

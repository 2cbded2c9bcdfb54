import { kindsOf } from '../plugin/emit-schemas.ts'
import type { Schema } from '../plugin/json-schema.ts'
import type { AnyKind, AnyStage } from '../plugin/stage.ts'
import { expectedWords } from '../plugin/words.ts'
import { stageEntry } from './stage-entry.ts'
import { defaultText, has, portsOf } from './stage-text.ts'

type Stages = ReadonlyMap<string, AnyStage>
type Row = readonly string[]

/** docs/stages.md: every built-in stage with its ports and parameters, and every kind of artifact. Equal stages give equal texts. */
export const stagesReference = (stages: Stages): string =>
  `${[
    '<!-- Written by `npm run schemas`; what is changed here is lost. -->',
    '',
    '# The built-in stages',
    '',
    'What `pipeline stages NAME` shows, on one page. A parameter stands under `with` of the stage; one without a default and not required may be left out.',
    'What is "not in the cache key" can be changed without the stage running again for it. Inputs are connected by their kind, or by `from`',
    '([configuration.md](configuration.md)); [write-a-stage.md](write-a-stage.md) says how to add a stage of your own.',
    '',
    ...grid(
      ['Stage', ''],
      [...stages].map(([name, { summary }]) => [link(name, name), summary]),
    ),
    ...[...stages].flatMap(([name, stage]) => stageLines(name, stage, stages)),
    '',
    '# The kinds of artifacts',
    '',
    'What stages hand to each other. The fields are those of a record as `pipeline cat FILE STAGE` prints it, one a line.',
    ...kindsOf(stages).flatMap(kind => kindLines(kind, stages)),
  ].join('\n')}\n`

const stageLines = (name: string, stage: AnyStage, stages: Stages): string[] => [
  '',
  `## ${name}`,
  '',
  stage.summary,
  '',
  '```yaml',
  'stages:',
  ...stageEntry(name, stage).map(line => `  ${line}`),
  '```',
  ...portLines('Input', portsOf(stage.inputs ?? {}), kind => stageLinks('from', madeBy(kind, stages))),
  ...portLines('Output', portsOf(stage.outputs ?? {}), kind => stageLinks('for', takenBy(kind, stages))),
  '',
  ...parameterLines(stage.config),
]

const portLines = (title: string, ports: ReturnType<typeof portsOf>, others: (kind: string) => string): string[] => {
  const rows = Object.entries(ports).map(([port, { kind, optional, only_named }]) => {
    const notes = [others(kind), optional && 'optional', only_named && 'connected only where `from` names it']
    return [code(port), link(kind, kindId(kind)), notes.filter(Boolean).join('; ')]
  })
  return rows.length === 0 ? [] : ['', ...grid([title, 'Kind', ''], rows)]
}

const parameterLines = (config: Schema): string[] => {
  const required = new Set(config.required)
  const rows = Object.entries(config.properties ?? {}).map(([name, field]) => [
    code(name),
    expectedWords(field),
    // Without the mark, which is put into words.
    defaultText({ ...field, 'x-key': true }, required.has(name)).replace(/^default (.*)$/, '`$1`'),
    [field.description, field['x-key'] === false && 'Not in the cache key.'].filter(Boolean).join(' '),
  ])
  return rows.length === 0 ? ['It has no parameters.'] : grid(['Parameter', 'Value', 'Default', ''], rows)
}

const kindLines = ({ kind, version, schema }: AnyKind, stages: Stages): string[] => {
  const { properties = {}, required = [] }: Schema = schema
  const rows = Object.entries(properties).map(([name, field]) => [
    code(name),
    expectedWords(field),
    [field.description, !required.includes(name) && 'Not in every record.'].filter(Boolean).join(' '),
  ])
  const ways = [stageLinks('Made by', madeBy(kind, stages)), stageLinks('taken by', takenBy(kind, stages))]
  return [
    '',
    `<a id="${kindId(kind)}"></a>`,
    '',
    `## ${kind} (kind)`,
    '',
    `${ways.filter(Boolean).join('; ')}. Version ${version}.`,
    ...(rows.length === 0 ? [] : ['', ...grid(['Field', 'Value', ''], rows)]),
  ]
}

const madeBy = (kind: string, stages: Stages) => namesWhere(stages, ({ outputs }) => has(outputs, kind))
const takenBy = (kind: string, stages: Stages) => namesWhere(stages, ({ inputs }) => has(inputs, kind))
const namesWhere = (stages: Stages, wanted: (stage: AnyStage) => boolean): string[] =>
  [...stages].filter(([, stage]) => wanted(stage)).map(([name]) => name)

const stageLinks = (word: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `${word} ${names.map(name => link(name, name)).join(', ')}`

/** A kind may have the name of a stage (`cache`): its place has a name of its own. */
const kindId = (kind: string): string => `kind-${kind}`
const link = (text: string, id: string): string => `[${text}](#${id})`
const code = (text: string): string => `\`${text}\``

const grid = (head: Row, rows: readonly Row[]): string[] =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.map(cell).join(' | ')} |`)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')

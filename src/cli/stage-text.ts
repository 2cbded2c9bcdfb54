import type { Schema } from '../plugin/json-schema.ts'
import { RUN_RECORD } from '../plugin/run-record-kind.ts'
import type { AnyKind, AnyStage, InputPorts } from '../plugin/stage.ts'
import { expectedWords } from '../plugin/words.ts'
import { number } from '../report/human.ts'
import { fittedRows } from '../report/table.ts'
import { lineWidth } from '../report/width.ts'
import { folded, laidOut } from './print.ts'
import { stageEntry } from './stage-entry.ts'

export interface Port {
  readonly kind: string
  readonly optional?: true
  /** Connected only where `from` names it. */
  readonly only_named?: true
}

/** A stage's ports on one side, by name. */
export const portsOf = (declared: InputPorts | Readonly<Record<string, AnyKind>>): Record<string, Port> =>
  Object.fromEntries(
    Object.entries(declared).map(([port, kind]) => [
      port,
      'optional' in kind
        ? { kind: kind.kind.kind, optional: true, ...(kind.onlyNamed && { only_named: true }) }
        : { kind: kind.kind },
    ]),
  )

/** What a person reads of a stage; `uses` is how a pipeline names it, `others` are the stages it may be connected to. */
export const stageText = (uses: string, stage: AnyStage, others: readonly AnyStage[]): string[] => {
  const makers = (kind: string) => namesOf(others.filter(other => has(other.outputs, kind)))
  const takers = (kind: string) => namesOf(others.filter(other => has(other.inputs, kind)))
  return [
    ...folded(`${stage.name}: ${stage.summary}`),
    ...portLines('Inputs', portsOf(stage.inputs ?? {}), kind =>
      kind === RUN_RECORD.kind ? 'from the run itself' : phrase('from', makers(kind)),
    ),
    ...portLines('Outputs', portsOf(stage.outputs ?? {}), kind => phrase('for', takers(kind))),
    ...parameterLines(stage.config),
    '',
    'Example:',
    ...stageEntry(uses, stage).map(line => `  ${line}`),
  ]
}

/** Whether one of these ports is of this kind. */
export const has = (ports: InputPorts = {}, kind: string): boolean =>
  Object.values(portsOf(ports)).some(port => port.kind === kind)

const namesOf = (stages: readonly AnyStage[]): string => stages.map(({ name }) => name).join(', ')

const phrase = (word: string, names: string): string => (names === '' ? '' : `${word} ${names}`)

const portLines = (title: string, all: Readonly<Record<string, Port>>, others: (kind: string) => string): string[] => {
  const rows = Object.entries(all).map(([port, { kind, optional, only_named }]) => {
    const notes = [others(kind), optional && 'optional', only_named && 'connected only where `from` names it']
    return [`  ${port}`, kind, notes.filter(Boolean).join('; ')]
  })
  return rows.length === 0 ? [] : ['', `${title}:`, ...laidOut(rows)]
}

const parameterLines = (config: Schema): string[] => {
  const required = new Set(config.required)
  const fields = Object.entries(config.properties ?? {})
  if (fields.length === 0) return ['', 'It has no parameters.']
  const rows = fittedRows(
    fields.map(([name, field]) => [`  ${name}`, `${expectedWords(field)}; ${defaultText(field, required.has(name))}`]),
    lineWidth(process.stdout),
  )
  const lines = fields.flatMap(([, { description }], index) => [
    ...rows[index]!,
    ...(description === undefined ? [] : folded(`    ${description}`, '    ')),
  ])
  const free = fields.some(([, field]) => field['x-key'] === false)
  return ['', 'Parameters:', ...lines, ...(free ? ['', 'Marked *: not in the cache key itself.'] : [])]
}

/** `required`, `optional`, or the default; marked where the parameter is not in the cache key. */
export const defaultText = (field: Schema, required: boolean): string => {
  const mark = field['x-key'] === false ? ' *' : ''
  if (field.default === undefined) return `${required ? 'required' : 'optional'}${mark}`
  return `default ${typeof field.default === 'number' ? number(field.default).replaceAll(',', '') : JSON.stringify(field.default)}${mark}`
}

import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import type { Schema } from '../plugin/json-schema.ts'
import type { AnyKind, AnyStage, InputPorts } from '../plugin/stage.ts'
import { expectedWords } from '../plugin/words.ts'
import { number } from '../report/human.ts'
import { table } from '../report/table.ts'
import { unknownName } from './arguments.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { print, printJson } from './print.ts'

export default defineCommand({
  name: 'stages',
  takes: ['[STAGE]'],
  flags: ['json'],
  about: 'Lists the built-in stages, or shows what one takes, needs and makes.',
  examples: [
    ['pipeline stages', 'list them'],
    ['pipeline stages train', 'the parameters of `train`, its inputs and outputs'],
  ],
  async run({ positionals: [name], flags: { json } }) {
    if (name === undefined) {
      const all = await Promise.all(Object.values(builtins).map(async load => (await load()).default))
      if (json) for (const stage of all) printJson(stageJson(stage))
      else print(...table(all.map(stage => [stage.name, stage.summary])))
      return exit.done
    }
    const load = Object.hasOwn(builtins, name) ? builtins[name] : undefined
    if (!load) throw diagnosticsError(unknownName('unknown-stage', 'built-in stage', name, Object.keys(builtins)))
    const stage = (await load()).default
    if (json) printJson(stageJson(stage))
    else print(...stageText(stage))
    return exit.done
  },
})

const stageJson = ({ name, version, summary, config, inputs = {}, outputs = {} }: AnyStage): object => ({
  name,
  version,
  summary,
  inputs: ports(inputs),
  outputs: ports(outputs),
  config,
})

interface Port {
  readonly kind: string
  readonly optional?: true
  /** Connected only where `from` names it. */
  readonly only_named?: true
}

const ports = (declared: InputPorts | Readonly<Record<string, AnyKind>>): Record<string, Port> =>
  Object.fromEntries(
    Object.entries(declared).map(([port, kind]) => [
      port,
      'optional' in kind
        ? { kind: kind.kind.kind, optional: true, ...(kind.onlyNamed && { only_named: true }) }
        : { kind: kind.kind },
    ]),
  )

const stageText = (stage: AnyStage): string[] => [
  `${stage.name}: ${stage.summary}`,
  ...portLines('Inputs', ports(stage.inputs ?? {})),
  ...portLines('Outputs', ports(stage.outputs ?? {})),
  ...parameterLines(stage.config),
]

const portLines = (title: string, all: Readonly<Record<string, Port>>): string[] => {
  const rows = Object.entries(all).map(([port, { kind, optional, only_named }]) => [
    `  ${port}`,
    kind,
    `${optional ? 'optional' : ''}${only_named ? ', connected only where `from` names it' : ''}`,
  ])
  return rows.length === 0 ? [] : ['', `${title}:`, ...table(rows)]
}

const parameterLines = (config: Schema): string[] => {
  const required = new Set(config.required)
  const rows = Object.entries(config.properties ?? {}).flatMap(([name, field]) => [
    [`  ${name}`, expectedWords(field), defaultText(field, required.has(name))],
    ...(field.description === undefined ? [] : [[`    ${field.description}`]]),
  ])
  if (rows.length === 0) return ['', 'It has no parameters.']
  // Descriptions stand on lines of their own and must not widen the first column.
  const laid = table(rows.filter(row => row.length > 1))
  let next = 0
  return ['', 'Parameters:', ...rows.map(row => (row.length > 1 ? laid[next++]! : row[0]!))]
}

const defaultText = (field: Schema, required: boolean): string => {
  if (field.default === undefined) return required ? 'required' : 'optional'
  return `default ${typeof field.default === 'number' ? number(field.default).replaceAll(',', '') : JSON.stringify(field.default)}`
}

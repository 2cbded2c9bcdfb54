import type { PipelineDocument, WrittenValue } from '../config/document.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { displayPath, placeOf } from '../diagnostic/format.ts'
import { parameterPath } from '../plan/context.ts'
import type { PlannedStage } from '../plan/plan.ts'
import type { Json } from '../plugin/artifact.ts'
import { fromPointer, spoken, toPointer } from '../plugin/pointer.ts'
import { mistake } from './arguments.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { laidOut, print, printJson } from './print.ts'

/** `plan --show config`: every value that the stages would run with, defaults included, and where each comes from. */
export const showConfig = (
  { show, json }: Flags,
  document: PipelineDocument,
  stages: readonly PlannedStage[],
): ExitCode => {
  if (show !== 'config') throw diagnosticsError(mistake('flag-value', `--show is config, not \`${show}\`.`))
  for (const [index, stage] of stages.entries()) {
    const written = valuesOf(stage).map(({ pointer, value }) => ({
      pointer,
      value,
      from: document.written(parameterPath(stage.name, fromPointer(pointer))),
    }))
    if (json) {
      const origins = Object.fromEntries(written.map(({ pointer, from }) => [pointer, originJson(from)]))
      printJson({ stage: stage.name, uses: stage.uses, config: stage.config, origins })
      continue
    }
    if (index > 0) print('')
    print(stage.uses === stage.name ? stage.name : `${stage.name} (${stage.uses})`)
    const rows = written.map(({ pointer, value, from }) => [
      `  ${spoken(pointer)}`,
      shown(stage, pointer, value),
      originWords(from),
    ])
    if (rows.length > 0) print(...laidOut(rows))
  }
  return exit.done
}

interface Value {
  readonly pointer: string
  readonly value: Json
}

/** The single values of a configuration; an empty list or map is one. */
const valuesOf = ({ config }: PlannedStage): readonly Value[] => {
  const visit = (value: Json, path: readonly (string | number)[]): readonly Value[] => {
    const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
    if (inner.length === 0) return [{ pointer: toPointer(path), value }]
    return inner.flatMap(([key, item]) => visit(item, [...path, key]))
  }
  return Object.entries(config).flatMap(([key, value]) => visit(value, [key]))
}

/** A location as it is known to people: its address, or its path from here. */
const shown = ({ locations }: PlannedStage, pointer: string, value: Json): string => {
  const location = locations.find(each => each.pointer === pointer)
  if (location) return location.source?.address.text ?? displayPath(location.path, process.cwd())
  return JSON.stringify(value)
}

const originWords = (from: WrittenValue | undefined): string => {
  if (from === undefined) return 'default'
  const through = from.through.map(({ name, range, ...layer }) => {
    const reference = name.startsWith('&') ? `*${name.slice(1)}` : `\${${name}}`
    return range === undefined ? reference : `${reference} from ${placeWords({ range, ...layer })}`
  })
  return [placeWords(from), ...through].join(', ')
}

type Place = Pick<WrittenValue, 'range' | 'profile' | 'axis'>

const placeWords = ({ range, profile, axis }: Place): string => {
  const place = placeOf(range, process.cwd())
  if (place === '--set') return `--set ${range.source.text}`
  if (axis !== undefined) return `matrix (${place})`
  return profile === undefined ? place : `profile ${profile} (${place})`
}

/** `default`, `set`, `matrix`, `profile`, `file` or `environment`, with what is known of the place. */
const originJson = (from: WrittenValue | undefined): object =>
  from === undefined
    ? { from: 'default' }
    : {
        ...placeJson(from),
        ...(from.through.length > 0 && {
          through: from.through.map(({ name, range, ...layer }) => ({
            name,
            ...(range ? placeJson({ range, ...layer }) : { from: 'environment' }),
          })),
        }),
      }

const placeJson = ({ range: { source, start }, profile, axis }: Place): object => {
  if (source.name === '--set') return { from: 'set', argument: source.text }
  const place = { file: source.name, line: start.line, column: start.column }
  if (axis !== undefined) return { from: 'matrix', axis, ...place }
  return profile === undefined ? { from: 'file', ...place } : { from: 'profile', profile, ...place }
}

import type { TSchema } from './artifact.ts'
import { closed } from './closed.ts'
import type { Schema } from './json-schema.ts'
import { pipelineSchema } from './pipeline-schema.ts'
import type { AnyKind, AnyStage } from './stage.ts'
import { asWritten } from './written-schema.ts'

export interface SchemaSources {
  readonly stages: ReadonlyMap<string, AnyStage>
  /** Other schemas to emit, by name: `event` becomes `event.schema.json`. */
  readonly others: Readonly<Record<string, TSchema>>
}

/**
 * The committed schemas, by file name within `schemas/`: that of the pipeline file, of each stage's `with`, of each
 * artifact kind's records, and others. Equal sources give equal texts.
 */
export const emitSchemas = ({ stages, others }: SchemaSources): Readonly<Record<string, string>> => {
  const files: Record<string, string> = { 'pipeline.schema.json': text(pipelineSchema(stages)) }
  for (const [name, schema] of Object.entries(others)) files[`${name}.schema.json`] = text(dated(schema))
  for (const [name, stage] of stages) {
    const described = { title: name, description: stage.summary, ...asWritten(closed(stage.config)) }
    files[`stages/${name}.schema.json`] = text(dated(described))
  }
  for (const { kind, schema } of kindsOf(stages))
    files[`artifacts/${kind}.schema.json`] = text(dated({ title: kind, ...schema }))
  return files
}

/** The kinds of artifacts that these stages take and make. */
export const kindsOf = (stages: ReadonlyMap<string, AnyStage>): readonly AnyKind[] => {
  const kinds = new Map<string, AnyKind>()
  for (const { inputs = {}, outputs = {} } of stages.values())
    for (const port of Object.values<AnyKind | { readonly kind: AnyKind }>({ ...inputs, ...outputs })) {
      const kind = typeof port.kind === 'string' ? (port as AnyKind) : port.kind
      kinds.set(kind.kind, kind)
    }
  return [...kinds.values()]
}

// The draft that TypeBox's keywords belong to, `unevaluatedProperties` included.
const dated = (schema: Schema) => ({ $schema: 'https://json-schema.org/draft/2019-09/schema', ...schema })

const text = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`

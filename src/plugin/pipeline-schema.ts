import { closed } from './closed.ts'
import type { Schema } from './json-schema.ts'
import { toPointer } from './pointer.ts'
import type { AnyStage, InputPorts } from './stage.ts'
import { asWritten, reference, withReferences } from './written-schema.ts'

/**
 * The schema of a pipeline file, for editors: completion, and the checks that need no more than the file. In draft 7,
 * which editors know best. A reference may stand for any value. `others` are stages that only `uses` can name (`./x.ts`).
 */
export const pipelineSchema = (
  stages: ReadonlyMap<string, AnyStage>,
  others: ReadonlyMap<string, AnyStage> = new Map(),
): object => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Sluice pipeline',
  type: 'object',
  required: ['stages'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', description: 'The name of the pipeline; that of its file where it is left out.' },
    description: { type: 'string' },
    vars: mapOf({}, 'Values to refer to as `${vars.name}`.'),
    profiles: mapOf(profile(stages), 'Changes to `vars`, `matrix`, parameters and connections, chosen by `--profile`.'),
    matrix: mapOf(
      { anyOf: [{ type: 'array', minItems: 1 }, to('reference')] },
      'The pipeline is run once for each combination of these values: of a variable (`seed: [1, 2, 3]`), or of what stands at a path (`stages.train.with.learning_rate: [3e-5, 5e-5]`).',
    ),
    stages: {
      description: 'The stages, in order. `uses` says which stage each is; it may be left out where the name says it.',
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^[A-Za-z0-9_-]+$' },
      properties: Object.fromEntries([...stages].map(([name, stage]) => [name, namedEntry(name, stage)])),
      additionalProperties: { allOf: [to('stage'), { type: 'object', required: ['uses'] }] },
    },
  },
  definitions: {
    reference,
    stage: entry(new Map([...stages, ...others])),
    ...Object.fromEntries([...stages, ...others].map(([name, stage]) => [`${name}.with`, parameters(stage)])),
  },
})

const to = (definition: string) => ({ $ref: `#/definitions${encodeURI(toPointer([definition]))}` })

/** A map with entries of one kind; left empty, it is an empty one. */
const mapOf = (entries: object, description: string) => ({
  description,
  type: ['object', 'null'],
  additionalProperties: entries,
})

/** What `with` of a stage may hold; what it must hold depends on where it stands. */
const parameters = (stage: AnyStage): Schema => {
  const { required, ...schema } = withReferences(asWritten(closed(stage.config)))
  return { description: stage.summary, ...schema }
}

const needed = (stage: AnyStage): readonly string[] => asWritten(closed(stage.config)).required ?? []

/** An entry whose stage is known: its parameters, and `with` itself where it cannot be left out. */
const using = (name: string, stage: AnyStage) => {
  const required = needed(stage)
  const checked = required.length > 0 ? { allOf: [to(`${name}.with`), { required }] } : to(`${name}.with`)
  // `with: ${vars.x}` and an empty `with` say nothing about single parameters.
  const passed = required.length > 0 ? 'string' : ['string', 'null']
  return {
    properties: { with: { if: { type: passed }, else: checked }, from: { properties: inputsOf(stage) } },
    ...(required.length > 0 && { type: 'object', required: ['with'] }),
  }
}

/** Its input ports, for completion. */
const inputsOf = ({ inputs = {} }: AnyStage) =>
  Object.fromEntries(
    Object.entries(inputs as InputPorts).map(([port, input]) => {
      const [kind, how] = 'optional' in input ? [input.kind.kind, input] : [input.kind, undefined]
      const notes = [how && 'optional', how?.onlyNamed && 'connected only where it is named here']
      return [port, { description: [`Takes the kind \`${kind}\``, ...notes.filter(Boolean)].join('; ') }]
    }),
  )

/** An entry under the name of a built-in stage, which is that stage unless `uses` says otherwise. */
const namedEntry = (name: string, stage: AnyStage) => ({
  description: stage.summary,
  allOf: [to('stage'), { if: { type: 'object', required: ['uses'] }, else: using(name, stage) }],
})

const connections: Schema = {
  description:
    'Where inputs come from, where that is not plain: `port: stage.port`, `port: stage`, or one stage for all. `port: null` leaves an optional input open.',
  anyOf: [{ type: ['object', 'null'], additionalProperties: { type: ['string', 'null'] } }, { type: 'string' }],
}

const entry = (stages: ReadonlyMap<string, AnyStage>) => ({
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    description: { type: 'string' },
    uses: {
      description: 'Which stage this is: a built-in one, `./file.ts` beside this file, or `package/stage`.',
      anyOf: [
        ...[...stages].map(([name, { summary }]) => ({ const: name, description: summary })),
        { type: 'string', pattern: '/' },
        to('reference'),
      ],
    },
    with: { description: 'The parameters of the stage.', anyOf: [{ type: ['object', 'null'] }, to('reference')] },
    from: connections,
    resources: {
      description: 'What the stage takes of the machine while it runs, where that is not what the stage itself says.',
      anyOf: [
        {
          type: ['object', 'null'],
          additionalProperties: false,
          properties: {
            cpu: {
              description: 'How many cores it keeps busy, or `all`: then it runs alone among those that compute.',
              anyOf: [{ type: 'integer', minimum: 0 }, { const: 'all' }, to('reference')],
            },
          },
        },
        to('reference'),
      ],
    },
    needs: {
      description: 'Stages that must have ended before this one starts, although it takes nothing from them.',
      anyOf: [{ type: ['array', 'null'], items: { type: 'string' } }, to('reference')],
    },
  },
  allOf: [...stages].map(([name, stage]) => ({
    if: { type: 'object', required: ['uses'], properties: { uses: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: using(name, stage),
  })),
})

const profile = (stages: ReadonlyMap<string, AnyStage>) => ({
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    description: { type: 'string' },
    vars: mapOf({}, 'Values that replace those of `vars`.'),
    matrix: mapOf(
      { anyOf: [{ type: ['array', 'null'] }, to('reference')] },
      'Axes that replace those of `matrix`; null takes one away, or all.',
    ),
    stages: {
      ...mapOf(changes({ type: ['object', 'null'] }), 'Parameters and connections that replace those of the stages.'),
      properties: Object.fromEntries([...stages.keys()].map(name => [name, changes(to(`${name}.with`))])),
    },
  },
})

const changes = (parameters: object) => ({
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { with: { if: { type: ['string', 'null'] }, else: parameters }, from: connections },
})

import { type TProperties, Type } from 'typebox'

const exact = { additionalProperties: false }
const event = <const N extends string, P extends TProperties>(name: N, fields: P) =>
  Type.Object({ event: Type.Literal(name), ...fields }, exact)

const text = (description: string) => Type.String({ description })
const milliseconds = Type.Number({ minimum: 0, description: 'Milliseconds.' })
const stage = text('The name of a stage.')
const reused = Type.Optional(Type.Boolean({ description: 'Told by an earlier run, whose result is reused.' }))
const numbers = Type.Record(Type.String(), Type.Number())
const line = Type.Integer({ minimum: 1, description: 'Counted from 1; columns count code points.' })

/** A mistake of the user's, as `--json` prints it. */
export const diagnosticSchema = Type.Object(
  {
    severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
    code: text('Names the kind of mistake; does not change between versions.'),
    message: text('What was expected and what was found.'),
    hint: Type.Optional(text('What to do about it.')),
    file: Type.Optional(text('Absolute path, or the flag that was given.')),
    line: Type.Optional(line),
    column: Type.Optional(line),
    endLine: Type.Optional(line),
    endColumn: Type.Optional(line),
  },
  exact,
)

/** One line that `pipeline run --json` prints. */
export const eventSchema = Type.Union(
  [
    event('run', {
      status: Type.Literal('started'),
      pipeline: text('The name of the pipeline.'),
      file: text('Absolute path of the pipeline file.'),
      stages: Type.Array(stage, { description: 'The stages of this run, in order.' }),
    }),
    event('fetch', {
      address: text('As the pipeline has it.'),
      status: Type.Union(
        (['pending', 'started', 'waiting', 'progress', 'fetched', 'found', 'failed', 'interrupted'] as const).map(
          each => Type.Literal(each),
        ),
        {
          description:
            '`pending`: it will be fetched. `found`: nothing had to be fetched. `waiting`: for another run that is fetching it.',
        },
      ),
      bytes: Type.Optional(Type.Integer({ minimum: 0, description: 'What is here of it.' })),
      total: Type.Optional(Type.Integer({ minimum: 0, description: 'Absent while it is not known.' })),
      commit: Type.Optional(text('Of a repository: the commit that its revision is.')),
      reason: Type.Optional(text('What it waits for.')),
      ms: Type.Optional(milliseconds),
    }),
    event('stage', {
      name: stage,
      status: Type.Union(
        (['started', 'ran', 'cached', 'failed', 'interrupted', 'skipped', 'waiting'] as const).map(each =>
          Type.Literal(each),
        ),
        {
          description:
            '`cached`: reused. `interrupted`: it had started; what had not is `skipped`. `waiting`: for another run that is making the same result.',
        },
      ),
      ms: Type.Optional(milliseconds),
      bytes: Type.Optional(Type.Integer({ minimum: 0, description: 'Size of the stored result.' })),
      reason: Type.Optional(text('Why it is skipped or has failed, or what it waits for.')),
    }),
    event('progress', {
      stage,
      done: Type.Number(),
      total: Type.Number({ description: '0 where it is not known.' }),
      numbers: Type.Optional(numbers),
    }),
    Type.Object(
      { event: Type.Literal('step'), stage },
      {
        additionalProperties: { type: ['number', 'string'] },
        description: 'A point of a curve: `step`, `loss`, `learning_rate` …',
      },
    ),
    event('log', {
      stage,
      level: Type.Union([Type.Literal('info'), Type.Literal('note'), Type.Literal('warn')], {
        description: '`note`: worth keeping in sight while the stage runs.',
      }),
      message: Type.String(),
      reused,
    }),
    event('result', {
      stage,
      name: text('What was measured, such as `exact_match`.'),
      value: Type.Union([Type.Number(), Type.String()]),
      reused,
    }),
    event('diagnostic', { stage: Type.Optional(stage), diagnostic: diagnosticSchema }),
    event('bug', { stage, message: Type.String(), stack: Type.String() }),
    event('run', {
      status: Type.Union([Type.Literal('done'), Type.Literal('failed'), Type.Literal('interrupted')]),
      ms: milliseconds,
    }),
  ],
  { title: 'Sluice run event', description: 'One line of `pipeline run --json`.' },
)

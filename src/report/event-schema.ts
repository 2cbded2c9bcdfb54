import { type TProperties, Type } from 'typebox'

const exact = { additionalProperties: false }
const cell = Type.Integer({ minimum: 1, description: 'Which cell of a matrix, counted from 1.' })
/** An event of all, or of one cell of a matrix. */
const event = <const N extends string, P extends TProperties>(name: N, fields: P) =>
  Type.Object({ event: Type.Literal(name), ...fields, cell: Type.Optional(cell) }, exact)
const matrixEvent = <const N extends string, P extends TProperties>(name: N, fields: P) =>
  Type.Object({ event: Type.Literal(name), ...fields }, exact)

const text = (description: string) => Type.String({ description })
const milliseconds = Type.Number({ minimum: 0, description: 'Milliseconds.' })
const stage = text('The name of a stage.')
const reused = Type.Optional(Type.Boolean({ description: 'Told by an earlier run, whose result is reused.' }))
const numbers = Type.Record(Type.String(), Type.Number())
const ended = Type.Union([Type.Literal('done'), Type.Literal('failed'), Type.Literal('interrupted')])
const axis = text('The name of an axis, as the file has it.')
const values = Type.Record(Type.String(), Type.Unknown(), { description: 'By axis.' })
const metric = text('What was measured; with its stage before it where two stages measure it.')
const finite = Type.Union([Type.Number(), Type.Null()], { description: 'Null for what is no number.' })
const best = Type.Array(metric, { description: 'The metrics in which it is the best.' })
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
      before_ms: Type.Optional(
        Type.Number({
          minimum: 0,
          description: 'Milliseconds of `ms` that interrupted runs had worked on the same result.',
        }),
      ),
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
      { event: Type.Literal('step'), stage, cell: Type.Optional(cell) },
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
      status: ended,
      ms: milliseconds,
    }),
    matrixEvent('matrix', {
      status: Type.Literal('started'),
      pipeline: text('The name of the pipeline.'),
      file: text('Absolute path of the pipeline file.'),
      axes: Type.Array(axis, { description: 'Without those of which `--set` has chosen a value.' }),
      cells: Type.Integer({ minimum: 1 }),
      results: Type.Integer({ minimum: 0, description: 'Different results of the stages in all cells.' }),
    }),
    matrixEvent('cell', {
      cell,
      status: Type.Literal('started'),
      name: text('Its values, to read.'),
      values,
      command: text('The line of shell that runs it alone.'),
    }),
    matrixEvent('cell', {
      cell,
      status: Type.Union(
        (['done', 'failed', 'interrupted', 'skipped'] as const).map(each => Type.Literal(each)),
        {
          description: '`skipped`: it had not started.',
        },
      ),
      ms: Type.Optional(milliseconds),
    }),
    matrixEvent('table', {
      axes: Type.Array(axis),
      metrics: Type.Array(metric),
      rows: Type.Array(
        Type.Object({ cell, status: Type.String(), values, numbers: Type.Record(metric, finite), best }, exact),
      ),
      over: Type.Optional(text('The axis that the means are over.')),
      means: Type.Optional(
        Type.Array(
          Type.Object(
            {
              values,
              numbers: Type.Record(
                metric,
                Type.Object(
                  {
                    mean: finite,
                    sd: Type.Optional(
                      Type.Union([Type.Number(), Type.Null()], { description: 'Of a sample (n - 1).' }),
                    ),
                    n: Type.Integer({ minimum: 1 }),
                  },
                  exact,
                ),
              ),
              best,
            },
            exact,
          ),
        ),
      ),
    }),
    matrixEvent('matrix', { status: ended, ms: milliseconds }),
  ],
  { title: 'Sluice run event', description: 'One line of `pipeline run --json`.' },
)

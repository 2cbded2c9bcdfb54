import { type Static, Type } from 'typebox'

const side = (what: string) =>
  Type.Object(
    { file: Type.String(), set: Type.Array(Type.String()), profile: Type.Optional(Type.String()) },
    { description: what },
  )
const maybe = (description: string) => Type.Optional(Type.Unknown({ description }))
const number = Type.Optional(Type.Number())

/** What `pipeline compare --json` prints. */
export const CompareRecord = Type.Object(
  {
    a: side('The one run: its pipeline, and the flags that stand behind it.'),
    b: side('The other.'),
    parameters: Type.Array(
      Type.Object({
        stage: Type.String(),
        name: Type.String({ description: 'A JSON pointer into its configuration; empty: whether the stage is there.' }),
        a: maybe('Left out where there is none.'),
        b: maybe('Left out where there is none.'),
      }),
      { description: 'Those that differ, defaults included.' },
    ),
    numbers: Type.Array(
      Type.Object({ stage: Type.String(), name: Type.String(), a: number, b: number, difference: number }),
      { description: 'What the stages reported, and the numbers of their results that are one record.' },
    ),
    times: Type.Array(
      Type.Object({
        stage: Type.String(),
        a_ms: number,
        b_ms: number,
        same: Type.Boolean({ description: 'One result of both: it was made once.' }),
      }),
      { description: 'How long it took to make each result.' },
    ),
    shared_places: Type.Array(Type.Object({ stage: Type.String(), name: Type.String(), path: Type.String() }), {
      description: 'What both write outside the cache to one place: there lies what ran last.',
    }),
    stages: Type.Record(Type.String(), Type.Unknown(), {
      description: 'By stage, what its own comparison says: schemas/compare-evaluate.schema.json for `evaluate`.',
    }),
    missing: Type.Array(
      Type.Object({ side: Type.Enum(['a', 'b']), stages: Type.Array(Type.String()), make: Type.String() }),
      { description: 'Results that the cache does not hold as their pipelines are now, and the line that makes them.' },
    ),
  },
  { title: 'compare' },
)
export type CompareRecord = Static<typeof CompareRecord>

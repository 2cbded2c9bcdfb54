import type { Static } from '../../plugin/artifact.ts'
import { Type } from '../../plugin/schema.ts'

const Difference = Type.Object({
  a: Type.Number({ description: 'In percent.' }),
  b: Type.Number(),
  difference: Type.Number({ description: 'b less a.' }),
  low: Type.Number({ description: 'Lower end of the interval of the difference.' }),
  high: Type.Number(),
})
export type Difference = Static<typeof Difference>

const Group = Type.Object({
  name: Type.Enum(['all', 'has_answer', 'no_answer'], { description: 'The last two only of SQuAD v2.0.' }),
  questions: Type.Integer(),
  exact: Difference,
  f1: Difference,
  right_to_wrong: Type.Integer(),
  wrong_to_right: Type.Integer(),
})
export type Group = Static<typeof Group>

const Answer = Type.Object({
  answer: Type.Union([Type.String(), Type.Null()], { description: 'Empty: "no answer"; null: none was predicted.' }),
  f1: Type.Number({ description: '0 to 1.' }),
})
const Flip = Type.Object({
  id: Type.String(),
  question: Type.String(),
  gold: Type.Array(Type.String(), { description: 'The accepted answers; none where "no answer" is right.' }),
  a: Answer,
  b: Answer,
})
export type Flip = Static<typeof Flip>

/** What `pipeline compare --json` says of two scored predictions of the same questions. */
export const ComparisonRecord = Type.Object(
  {
    level: Type.Number(),
    resamples: Type.Integer(),
    seed: Type.Integer(),
    only_in_a: Type.Integer({ description: 'Questions of one run alone, which are not compared.' }),
    only_in_b: Type.Integer(),
    groups: Type.Array(Group),
    right_to_wrong: Type.Array(Flip, { description: 'By exact match, in the order of the questions.' }),
    wrong_to_right: Type.Array(Flip),
  },
  { title: 'compare-evaluate' },
)
export type ComparisonRecord = Static<typeof ComparisonRecord>

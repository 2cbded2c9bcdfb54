import { expect, it } from 'vitest'
import { stagesReference } from '../../src/cli/stages-reference.ts'
import { defineArtifact, optional } from '../../src/plugin/artifact.ts'
import { outOfKey, Type } from '../../src/plugin/schema.ts'
import { type AnyStage, defineStage } from '../../src/plugin/stage.ts'

const nothing = { write: () => {}, read: () => undefined }
const Words = defineArtifact({
  kind: 'words',
  version: 2,
  schema: Type.Object({ word: Type.String(), at: Type.Optional(Type.Integer({ description: 'Its place.' })) }),
  ...nothing,
})

const split = defineStage({
  name: 'split',
  version: 1,
  summary: 'Splits a file into words.',
  config: Type.Object({
    file: Type.Location({ description: 'A text.', examples: ['./a.txt'] }),
    mode: Type.Union([Type.Literal('fast'), Type.Literal('a|b')], { default: 'fast', description: 'How: <b>|c.' }),
    show: outOfKey(Type.Integer({ minimum: 0, maximum: 9, default: 3, description: 'How many are shown.' })),
  }),
  outputs: { words: Words },
  run: () => ({ words: undefined }),
})

const count = defineStage({
  name: 'count',
  version: 1,
  summary: 'Counts words.',
  config: Type.Object({}),
  inputs: { words: Words, others: optional(Words, { onlyNamed: true }) },
  run: () => ({}),
})

const stages = new Map<string, AnyStage>([
  ['split', split],
  ['count', count],
])

it('has ports, parameters and kinds, with links from one to the other', () => {
  const page = stagesReference(stages)
  expect(page.slice(page.indexOf('| Stage'))).toBe(`| Stage |  |
| --- | --- |
| [split](#split) | Splits a file into words. |
| [count](#count) | Counts words. |

## split

Splits a file into words.

\`\`\`yaml
stages:
  split: { with: { file: ./a.txt } }
\`\`\`

| Output | Kind |  |
| --- | --- | --- |
| \`words\` | [words](#kind-words) | for [count](#count) |

| Parameter | Value | Default |  |
| --- | --- | --- | --- |
| \`file\` | a location (path or address) | required | A text. |
| \`mode\` | one of fast, a\\|b | \`"fast"\` | How: &lt;b>\\|c. |
| \`show\` | an integer from 0 to 9 | \`3\` | How many are shown. Not in the cache key. |

## count

Counts words.

\`\`\`yaml
stages:
  count: {}
\`\`\`

| Input | Kind |  |
| --- | --- | --- |
| \`words\` | [words](#kind-words) | from [split](#split) |
| \`others\` | [words](#kind-words) | from [split](#split); optional; connected only where \`from\` names it |

It has no parameters.

# The kinds of artifacts

What stages hand to each other. The fields are those of a record as \`pipeline cat FILE STAGE\` prints it, one a line.

<a id="kind-words"></a>

## words (kind)

Made by [split](#split); taken by [count](#count). Version 2.

| Field | Value |  |
| --- | --- | --- |
| \`word\` | a text |  |
| \`at\` | an integer | Its place. Not in every record. |
`)
})

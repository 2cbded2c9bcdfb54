import { expect, test } from 'vitest'
import { planText } from './planning.ts'

const read = 'read: { with: { file: data.json } }'
const tokenize = (from: string) => `tokenize: { from: ${from}, with: { vocab: vocab.txt } }`

const rows: readonly (readonly [string, readonly string[], string])[] = [
  ['a filter in the chain', [read, 'filter: {}', tokenize('filter')], ''],
  ['a filter at the end', [read, 'filter: {}'], ''],
  ['one half of a split left over', [read, 'split: {}', tokenize('split.first')], ''],
  [
    'a filter that everybody goes past',
    [read, 'filter: {}', tokenize('read')],
    `warning[unused-filter] p.yaml:3:3: Nothing uses what stage \`filter\` makes: \`tokenize\` takes \`examples\` from \`read\`.
  1 | stages:
  2 |   read: { with: { file: data.json } }
> 3 |   filter: {}
    |   ^^^^^^
  4 |   tokenize: { from: read, with: { vocab: vocab.txt } }
hint: Give \`tokenize\` the line \`from: { examples: filter }\`, or remove \`filter\`.`,
  ],
  [
    'all examples beside the windows of some',
    [read, 'filter: {}', tokenize('filter'), 'span: {}', 'match: { from: { examples: read } }'],
    `warning[bypassed-filter] p.yaml:6:30: Stage \`match\` takes \`examples\` from \`read\`, but its \`windows\` from what \`filter\` made of that.
  4 |   tokenize: { from: filter, with: { vocab: vocab.txt } }
  5 |   span: {}
> 6 |   match: { from: { examples: read } }
    |                              ^^^^
hint: Write \`examples: filter\` in its \`from\` if the two belong together.`,
  ],
  [
    'the examples that the windows are of',
    [read, 'filter: {}', tokenize('filter'), 'span: {}', 'match: { from: { examples: filter } }'],
    '',
  ],
  ['both sides of a filter, by name', [read, 'filter: {}', 'differ: { from: { old: read, new: filter } }'], ''],
]

test.each(rows)('%s', async (_, stages, expected) => {
  const { text } = await planText(`stages:\n${stages.map(line => `  ${line}\n`).join('')}`)
  expect(text).toBe(expected)
})

import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/plugin/artifact.ts'
import { Type } from '../../src/plugin/schema.ts'
import { type Mistake, validate } from '../../src/plugin/validate.ts'

const schema = Type.Object({
  file: Type.Location({ description: 'SQuAD file' }),
  count: Type.Integer({ minimum: 1, default: 3 }),
  rate: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  lower: Type.Optional(Type.Boolean()),
  schedule: Type.Optional(Type.Union([Type.Literal('linear'), Type.Literal('constant'), Type.Literal('cosine')])),
  steps: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('auto')])),
  names: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
  nested: Type.Optional(Type.Object({ a: Type.Integer(), b: Type.Boolean({ default: true }) })),
  source: Type.Optional(
    Type.Union([
      Type.Object({ type: Type.Literal('file'), path: Type.Location() }),
      Type.Object({ type: Type.Literal('text'), text: Type.String() }),
    ]),
  ),
  both: Type.Optional(Type.Intersect([Type.Object({ p: Type.Integer() }), Type.Object({ q: Type.Integer() })])),
  env: Type.Optional(Type.Record(Type.String(), Type.String())),
})

const line = (mistake: Mistake): string => {
  if (mistake.kind === 'missing') return `${mistake.pointer} missing: ${mistake.expected}`
  if (mistake.kind === 'unknown') return `${mistake.pointer} unknown among ${mistake.keys.join(' ')}`
  const hint = mistake.hint === undefined ? '' : ` (${mistake.hint})`
  return `${mistake.pointer} expected ${mistake.expected}, found ${mistake.found}${hint}`
}

const mistakesOf = async (value: unknown): Promise<string[]> => {
  const result = await validate(schema, value)
  return result.ok ? [] : result.mistakes.map(line)
}

test('fills defaults into a copy', async () => {
  const value = { file: 'a.json', nested: { a: 1 } }
  expect(await validate(schema, value)).toEqual({
    ok: true,
    value: { file: 'a.json', count: 3, nested: { a: 1, b: true } } satisfies Json,
  })
  expect(value).toEqual({ file: 'a.json', nested: { a: 1 } })
})

describe('one mistake', () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [
      { count: '12' },
      '/count expected an integer of at least 1, found the string "12" (A number is written without quotation marks: 12.)',
    ],
    [{ count: '0' }, '/count expected an integer of at least 1, found the string "0"'],
    [{ count: 0 }, '/count expected an integer of at least 1, found the number 0'],
    [{ count: 1.5 }, '/count expected an integer of at least 1, found the number 1.5'],
    [{ count: null }, '/count expected an integer of at least 1, found null (Leave it out to take the default, 3.)'],
    [{ count: [1] }, '/count expected an integer of at least 1, found a list'],
    [{ rate: Number.NaN }, '/rate expected a number above 0, found the number .nan'],
    [{ rate: Number.POSITIVE_INFINITY }, '/rate expected a number above 0, found the number .inf'],
    [{ rate: -5e-5 }, '/rate expected a number above 0, found the number -0.00005'],
    [
      { rate: '5e-5' },
      '/rate expected a number above 0, found the string "5e-5" (A number is written without quotation marks: 5e-5.)',
    ],
    [{ rate: '5,0e-5' }, '/rate expected a number above 0, found the string "5,0e-5"'],
    [{ share: 2 }, '/share expected a number from 0 to 1, found the number 2'],
    [{ lower: 0 }, '/lower expected true or false, found the number 0 (Write false.)'],
    [{ lower: 'yes' }, '/lower expected true or false, found the string "yes" (Write true.)'],
    [{ lower: '' }, '/lower expected true or false, found the string ""'],
    [
      { schedule: 'linaer' },
      '/schedule expected one of linear, constant, cosine, found the string "linaer" (Did you mean `linear`?)',
    ],
    [{ steps: 0 }, '/steps expected an integer of at least 1 or auto, found the number 0'],
    [{ steps: 'all' }, '/steps expected an integer of at least 1 or auto, found the string "all"'],
    [{ names: [] }, '/names expected a list of at least 1 entry, each entry a text that is not empty, found a list'],
    [{ names: ['a', 3] }, '/names/1 expected a text that is not empty, found the number 3'],
    [{ file: '' }, '/file expected a location (path or address), found the string ""'],
    [{ file: null }, '/file expected a location (path or address), found null'],
    [{ file: {} }, '/file expected a location (path or address), found a map'],
    [{ nested: {} }, '/nested/a missing: an integer'],
    [{ nested: { a: 1, c: 1 } }, '/nested/c unknown among a b'],
    [{ nested: 1 }, '/nested expected a map with the keys a, b, found the number 1'],
    [{ source: { type: 'text' } }, '/source/text missing: a text'],
    [{ source: { type: 'file', path: '' } }, '/source/path expected a location (path or address), found the string ""'],
    [{ source: { type: 'text', text: 'x', more: 1 } }, '/source/more unknown among type text'],
    [
      { source: 3 },
      '/source expected a map with the keys type, path or a map with the keys type, text, found the number 3',
    ],
    [{ both: { p: 1 } }, '/both/q missing: an integer'],
    [{ both: { p: 1, q: 2, r: 3 } }, '/both/r unknown among p q'],
    [{ env: { A: 1 } }, '/env/A expected a text, found the number 1'],
    [{ cuont: 3 }, '/cuont unknown among file count rate share lower schedule steps names nested source both env'],
  ]
  test.each(rows)('%j', async (fields, expected) => {
    expect(await mistakesOf({ file: 'a', ...(fields as object) })).toEqual([expected])
  })
})

test('all mistakes at once, none twice', async () => {
  expect(await mistakesOf({ count: null, schedule: 1, cuont: 3, steps: {}, lower: 'x' })).toEqual([
    '/file missing: a location (path or address)',
    '/cuont unknown among file count rate share lower schedule steps names nested source both env',
    '/count expected an integer of at least 1, found null (Leave it out to take the default, 3.)',
    '/lower expected true or false, found the string "x"',
    '/steps expected an integer of at least 1 or auto, found a map',
    '/schedule expected one of linear, constant, cosine, found the number 1',
  ])
})

import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/plugin/artifact.ts'
import { keyConfig, locationFields, mapLocations, pinFields } from '../../src/plugin/fields.ts'
import { outOfKey, Type } from '../../src/plugin/schema.ts'

const schema = Type.Object({
  file: Type.Location(),
  output_dir: Type.Optional(Type.Location({ output: true })),
  logging_dir: Type.Optional(outOfKey(Type.Location({ output: true }))),
  logging_steps: outOfKey(Type.Integer({ default: 50 })),
  cwd: Type.Optional(Type.Location({ place: true })),
  extra: Type.Optional(Type.Array(Type.Location())),
  pair: Type.Optional(Type.Tuple([Type.String(), Type.Location()])),
  nested: Type.Optional(Type.Object({ path: Type.Location(), noisy: outOfKey(Type.Boolean()), n: Type.Integer() })),
  weights: Type.Optional(Type.Union([Type.Location(), Type.Literal('none'), Type.Null()])),
  source: Type.Optional(
    Type.Union([Type.Object({ url: Type.String() }), Type.Object({ path: Type.Location(), size: Type.Integer() })]),
  ),
  by_name: Type.Optional(Type.Record(Type.String(), Type.Location())),
  both: Type.Optional(Type.Intersect([Type.Object({ a: Type.Location() }), Type.Object({ b: Type.Integer() })])),
})

const base = { file: 'a', logging_steps: 5 }
const rows: readonly (readonly [string, { [key: string]: Json }, readonly string[], Json])[] = [
  ['plain', {}, ['/file'], {}],
  ['output', { output_dir: 'o', logging_dir: 'l' }, ['/file', '/output_dir>', '/logging_dir>'], { output_dir: 'o' }],
  ['place', { cwd: 'w' }, ['/file', '/cwd'], { cwd: 'w' }],
  ['list', { extra: ['x', 'y'] }, ['/file', '/extra/0', '/extra/1'], { extra: [null, null] }],
  ['tuple', { pair: ['p', 'q'] }, ['/file', '/pair/1'], { pair: ['p', null] }],
  ['nested', { nested: { path: 'x', noisy: true, n: 1 } }, ['/file', '/nested/path'], { nested: { path: null, n: 1 } }],
  ['union, location', { weights: 'w' }, ['/file', '/weights'], { weights: null }],
  ['union, constant', { weights: 'none' }, ['/file'], { weights: 'none' }],
  ['union, null', { weights: null }, ['/file'], { weights: null }],
  ['union of maps', { source: { path: 'x', size: 1 } }, ['/file', '/source/path'], { source: { path: null, size: 1 } }],
  ['other branch', { source: { url: 'x' } }, ['/file'], { source: { url: 'x' } }],
  ['record', { by_name: { 'a/b': 'x' } }, ['/file', '/by_name/a~1b'], { by_name: { 'a/b': null } }],
  ['intersection', { both: { a: 'x', b: 1 } }, ['/file', '/both/a'], { both: { a: null, b: 1 } }],
]

describe('a configuration', () => {
  test.each(rows)('%s', (_, fields, locations, keyed) => {
    const config = { ...base, ...fields }
    const found = locationFields(schema, config)
    expect(found.map(({ pointer, output }) => pointer + (output ? '>' : ''))).toEqual(locations)
    expect(keyConfig(schema, config)).toEqual({ file: null, ...(keyed as object) })
  })
})

test('locations are replaced in a copy', () => {
  const config = { ...base, extra: ['x'], nested: { path: 'y', noisy: false, n: 1 } }
  expect(mapLocations(schema, config, ({ value }) => `/abs/${value}`)).toEqual({
    file: '/abs/a',
    logging_steps: 5,
    extra: ['/abs/x'],
    nested: { path: '/abs/y', noisy: false, n: 1 },
  })
  expect(config.extra).toEqual(['x'])
})

test('digests of files are found with the location that each is of, and do not enter the key', () => {
  const pinned = { file: Type.Location(), sha256: Type.Optional(Type.Sha256({ of: 'file' })) }
  const several = Type.Object({ ...pinned, more: Type.Optional(Type.Array(Type.Object(pinned))) })
  const digest = 'aB'.repeat(32)
  const config = { file: 'a', sha256: digest, more: [{ file: 'b' }, { file: 'c', sha256: digest }] }
  expect(pinFields(several, config)).toEqual([
    { pointer: '/sha256', of: '/file', sha256: 'ab'.repeat(32) },
    { pointer: '/more/1/sha256', of: '/more/1/file', sha256: 'ab'.repeat(32) },
  ])
  expect(keyConfig(several, config)).toEqual({ file: null, more: [{ file: null }, { file: null }] })
})

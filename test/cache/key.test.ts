import { createHash } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import { canonical } from '../../src/cache/canonical.ts'
import { findFile, nameFile } from '../../src/cache/files-by-field.ts'
import { fullKey, type KeyRecord, staticKey } from '../../src/cache/key.ts'
import type { Json } from '../../src/plugin/artifact.ts'

test.each<[Json, string]>([
  [{ b: 1, a: { d: [2, 1], c: null } }, '{"a":{"c":null,"d":[2,1]},"b":1}'],
  [{ 10: 'a', 9: 'b', é: 1, z: 2 }, '{"10":"a","9":"b","z":2,"é":1}'],
  [JSON.parse('[5e-5, 0.00005, 5.0E-5, 0.5e-4]'), '[0.00005,0.00005,0.00005,0.00005]'],
  [JSON.parse('[1, 1.0, 1e0, -0, 0, 1e21, 1e-7]'), '[1,1,1,0,0,1e+21,1e-7]'],
  ['a "quoted" \n', '"a \\"quoted\\" \\n"'],
  [[true, 'true', 1, '1'], '[true,"true",1,"1"]'],
])('canonical(%j)', (value, text) => {
  expect(canonical(value)).toBe(text)
})

it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', value => {
  expect(() => canonical({ a: [value] })).toThrow(`${value} has no place in a key`)
})

describe('key', () => {
  const record: KeyRecord = {
    format: 1,
    stage: 'span',
    version: 2,
    code: 'c0de',
    config: { doc_stride: 128, learning_rate: 5e-5 },
    inputs: { pieces: 'abc' },
  }
  const rest = '"format":1,"inputs":{"pieces":"abc"},"stage":"span","version":2}'
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  // Pinned: whoever changes what goes into the key makes every cache compute everything again.
  it('is the digest of the record as sorted JSON', () => {
    const head = '{"code":"c0de","config":{"doc_stride":128,"learning_rate":0.00005},'
    expect(staticKey(record)).toBe(sha256(head + rest))
    const files = '"files":[{"digest":null,"field":"/vocab","path":"../tokenizer_config.json"}],'
    expect(fullKey(record, [{ field: '/vocab', path: '../tokenizer_config.json', digest: null }])).toBe(
      sha256(head + files + rest),
    )
  })

  it('has the machine in it only where the stage says what of it counts', () => {
    const head = '{"code":"c0de","config":{"doc_stride":128,"learning_rate":0.00005},'
    const [format, stage] = rest.split(',"stage"')
    const text = `${head}${format},"machine":{"engine":"onnx"},"stage"${stage}`
    expect(staticKey({ ...record, machine: { engine: 'onnx' } })).toBe(sha256(text))
  })

  it('does not depend on the order of anything', () => {
    const files = [
      { field: '/b', path: '', digest: null },
      { field: '/a', path: 'x', digest: 'd' },
    ]
    const other = { ...record, config: { learning_rate: 0.00005, doc_stride: 128 } }
    expect(staticKey(other)).toBe(staticKey(record))
    expect(fullKey(record, files)).toBe(fullKey(other, files.toReversed()))
  })

  it.each<[string, Partial<KeyRecord>]>([
    ['stage', { stage: 'cache' }],
    ['version', { version: 3 }],
    ['code', { code: 'f00d' }],
    ['a parameter', { config: { ...record.config, doc_stride: 64 } }],
    ['its type', { config: { ...record.config, doc_stride: '128' } }],
    ['another parameter', { config: { ...record.config, more: null } }],
    ['the machine', { machine: {} }],
    ['an input', { inputs: { pieces: 'abd' } }],
    ['its port', { inputs: { piece: 'abc' } }],
  ])('depends on %s', (_, change) => {
    expect(staticKey({ ...record, ...change })).not.toBe(staticKey(record))
  })
})

describe('nameFile', () => {
  const vocab = { pointer: '/vocab', path: '/a/bert/vocab.txt' }
  const model = { pointer: '/model', path: '/a/bert' }
  const train = { pointer: '/train', path: '/data/train.json' }
  const dev = { pointer: '/dev', path: '/data/dev.json' }
  const deep = { pointer: '/deep', path: '/data/sub/x.json' }
  const root = { pointer: '/root', path: '/x.json' }
  test.each([
    ['the location itself', '/data/train.json', [train, dev], [['/train', '']]],
    ['a file in a folder', '/a/bert/sub/config.json', [train, model], [['/model', 'sub/config.json']]],
    ['a file beside', '/a/bert/tokenizer_config.json', [vocab, train], [['/vocab', '../tokenizer_config.json']]],
    ['a file below the folder beside', '/data/images/1.png', [vocab, train], [['/train', '../images/1.png']]],
    [
      'a file named by two locations',
      '/data/train.json',
      [train, { ...dev, path: train.path }],
      [
        ['/train', ''],
        ['/dev', ''],
      ],
    ],
    [
      'a file in one and beside another',
      '/a/bert/config.json',
      [vocab, model],
      [
        ['/model', 'config.json'],
        ['/vocab', '../config.json'],
      ],
    ],
    [
      'a location in another',
      '/a/bert/vocab.txt',
      [vocab, model],
      [
        ['/vocab', ''],
        ['/model', 'vocab.txt'],
      ],
    ],
    ['a file beside several', '/data/sub/y', [train, deep], [['/deep', '../y']]],
    [
      'a file beside all of them',
      '/data/y',
      [train, dev, deep],
      [
        ['/train', '../y'],
        ['/dev', '../y'],
      ],
    ],
    ['a file elsewhere', '/etc/hosts', [train, vocab], [[null, '/etc/hosts']]],
    ['a file that only shares the root', '/etc/hosts', [root], [[null, '/etc/hosts']]],
    ['a folder with a like name', '/a/bert-large/x', [model], [['/model', '../bert-large/x']]],
    ['no locations', '/etc/hosts', [], [[null, '/etc/hosts']]],
  ])('%s', (_, file, locations, names) => {
    const named = nameFile(file, locations)
    expect(named.map(({ field, path }) => [field, path])).toEqual(names)
    for (const each of named) expect(findFile(each, locations)).toBe(file)
  })

  it('finds the file where the location is now', () => {
    const moved = { pointer: '/model', path: '/b/other' }
    expect(findFile({ field: '/model', path: 'sub/config.json' }, [moved])).toBe('/b/other/sub/config.json')
    expect(findFile({ field: '/model', path: '' }, [moved])).toBe('/b/other')
    expect(findFile({ field: '/gone', path: 'x' }, [moved])).toBe(undefined)
    expect(findFile({ field: null, path: '/etc/hosts' }, [moved])).toBe('/etc/hosts')
  })
})

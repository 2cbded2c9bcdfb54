import { expect, test } from 'vitest'
import { looksLikeAddress, parseAddress } from '../../src/plan/address.ts'

const model = { kind: 'hub', type: 'model', repo: 'o/n', revision: 'main' }
const forms = { expected: 'hf://owner/name, hf://owner/name@revision or hf://owner/name@revision/file' }
const pinned = { expected: 'an address without `#`: pin it by @commit, or with `sha256:` beside it' }
const rows: readonly (readonly [string, object])[] = [
  ['https://e.org/a%20b.json?x=1', { kind: 'file', url: 'https://e.org/a%20b.json?x=1' }],
  ['HTTP://E.org', { kind: 'file', url: 'http://e.org/' }],
  ['https://e.org/a.json#part', { kind: 'file', url: 'https://e.org/a.json' }],
  [
    `https://e.org/a.json#sha256=${'0aF'.padEnd(64, '1')}`,
    { kind: 'file', text: 'https://e.org/a.json', url: 'https://e.org/a.json', sha256: '0af'.padEnd(64, '1') },
  ],
  ['https://e.org/a#sha256=12', { expected: 'an address with 64 hexadecimal digits behind `#sha256=`' }],
  ['https://', { expected: 'an address such as https://example.org/train.json' }],
  ['https://me:x@e.org/a', { expected: 'an address without a name and a password in it' }],
  ['ftp://e.org/a', { expected: 'a path, or an address that begins with https://, http:// or hf://' }],
  ['hf://o/n', model],
  ['HF://o/n/', model],
  ['hf://models/o/n', model],
  ['hf://o/n@v1.0', { ...model, revision: 'v1.0' }],
  ['hf://o/n/a/b.txt', { ...model, file: 'a/b.txt' }],
  ['hf://o/n@refs/pr/3/a.txt', { ...model, revision: 'refs/pr/3', file: 'a.txt' }],
  ['hf://o/n@a%2Fb', { ...model, revision: 'a/b' }],
  ['hf://datasets/o/n/a.json', { ...model, type: 'dataset', file: 'a.json' }],
  ['hf://datasets/o/n', { expected: 'one file of a dataset, as hf://datasets/owner/name/file' }],
  ['hf://datasets/o', forms],
  ['hf://spaces/o/n', forms],
  ['hf://n', forms],
  ['hf://o/n@', forms],
  ['hf://o/n@..', forms],
  ['hf://o/n@%2F..%2F', forms],
  ['hf://o/n/../../x', forms],
  ['hf://o/n/a//b', forms],
  ['hf://o/..', forms],
  ['hf://o/n/a.json#sha256=aa', pinned],
  ['hf://o/n#x', pinned],
]

test.each(rows)('%s', (text, expected) => {
  expect(looksLikeAddress(text)).toBe(true)
  expect(parseAddress(text)).toEqual('kind' in expected ? { text, ...expected } : expected)
})

test('a path is none', () => {
  expect(['a/b', './x', '/a', 'C:\\a', 'hf:/a', 'a://', '1x://a'].filter(looksLikeAddress)).toEqual([])
})

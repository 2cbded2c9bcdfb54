import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { hubAccess } from '../../src/fetch/hub-access.ts'
import { contentPath, type Environment, placesOf, spelled } from '../../src/fetch/places.ts'
import { addressOf } from './fetching.ts'

describe("Hugging Face's settings are read as its own libraries read them", () => {
  const rows: readonly (readonly [Environment, string])[] = [
    [{}, join(homedir(), '.cache/huggingface/hub')],
    [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
    [{ HF_HOME: '/h', XDG_CACHE_HOME: '/x' }, '/h/hub'],
    [{ HF_HOME: '~/h' }, join(homedir(), 'h/hub')],
    [{ HUGGINGFACE_HUB_CACHE: '/old', HF_HOME: '/h' }, '/old'],
    [{ HF_HUB_CACHE: '~/new', HUGGINGFACE_HUB_CACHE: '/old' }, join(homedir(), 'new')],
  ]
  it.each(rows)('the cache: %o', (env, hub) => {
    expect(placesOf('/c', env)).toEqual({ fetched: '/c/fetched', hub, offline: false })
  })

  it.each([
    ['1', true],
    ['true', true],
    ['ON', true],
    ['0', false],
    ['', false],
  ])('offline: %o', (value, offline) => {
    expect(placesOf('/c', { HF_HUB_OFFLINE: value }).offline).toBe(offline)
    expect(placesOf('/c', { TRANSFORMERS_OFFLINE: value }).offline).toBe(offline)
  })

  it('the endpoint, and the token', () => {
    const HF_HOME = join(tmpdir(), 'nowhere')
    expect(hubAccess({ HF_HOME })).toEqual({ endpoint: 'https://huggingface.co' })
    expect(hubAccess({ HF_HOME, HF_ENDPOINT: 'https://mirror/', HF_TOKEN: ' hf_x ' })).toEqual({
      endpoint: 'https://mirror',
      token: 'hf_x',
      tokenFrom: 'HF_TOKEN',
    })
  })
})

test.each([
  ['https://e.org/a/train.json?x=1#y', 'train.json'],
  ['https://e.org/a%2Fb%20c.json', 'a_b_c.json'],
  ['https://e.org/', 'file'],
  ['https://e.org/a/%2e%2e', 'file'],
  [`https://e.org/${'x'.repeat(200)}.gz`, `${'x'.repeat(97)}.gz`],
])('%s is kept as %s', (text, name) => {
  const address = addressOf(text)
  const path = address.kind === 'file' ? contentPath(placesOf('/c', {}), address) : ''
  expect(path.split('/').slice(-2)).toEqual(['content', name])
})

test('ways to write one address are one', () => {
  const ways = ['hf://o/n', 'hf://models/o/n', 'HF://o/n@main/']
  expect(new Set(ways.map(text => spelled(addressOf(text))))).toEqual(new Set(['hf://models/o/n@main']))
  expect(spelled(addressOf('hf://datasets/o/n@v1/a.json'))).toBe('hf://datasets/o/n@v1/a.json')
})

import {
  defaultWindowSettings,
  makeWindows,
  packWindows,
  parseVocabulary,
  readExamples,
  specialTokens,
  tokenizeExamples,
} from 'sluice/squad'
import { testStage } from 'sluice/testing'
import { describe, expect, it } from 'vitest'
import cache from '../../stages/cache.ts'

describe('cache', () => {
  it('packs the windows', async () => {
    const vocabulary = parseVocabulary([...specialTokens, 'a', 'b'].join('\n'))
    const qas = [{ id: 'q', question: 'a', answers: [{ text: 'b', answer_start: 2 }] }]
    const json = { data: [{ paragraphs: [{ context: 'a b', qas }] }] }
    const { examples } = readExamples(json, { for: 'training', version_2_with_negative: false }, 'data.json')
    const { pieces } = await tokenizeExamples(examples, vocabulary, true)
    const { windows } = makeWindows(pieces, defaultWindowSettings)
    const { outputs, warnings } = await testStage(cache, { inputs: { windows } })
    expect(outputs.training_set).toEqual(packWindows(windows))
    expect(warnings).toEqual([])
  })

  it.each([
    [true, true],
    [false, false],
  ])('overwrite_cache: %s', (overwrite_cache, always) => expect(cache.always?.({ overwrite_cache })).toBe(always))

  it('keeps overwrite_cache out of the key', () =>
    expect(cache.config.properties.overwrite_cache).toHaveProperty('x-key', false))
})

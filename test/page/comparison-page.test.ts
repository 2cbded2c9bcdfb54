import { describe, expect, it } from 'vitest'
import { comparisonPage, fitComparison } from '../../src/page/comparison-page.ts'
import type { ComparisonRecord } from '../../src/squad/compare/comparison-record.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { random } from '../random.ts'
import { compared, comparedOf } from './compared.ts'
import { predictionsOf } from './report-inputs.ts'
import { unpack } from './unpack.ts'

describe('the page of a comparison', () => {
  it('holds what the command has, and the flipped questions with their passages', () => {
    const page = comparisonPage.write(compared)
    expect(page.startsWith(comparisonPage.mark)).toBe(true)
    const { comparison, ...others } = unpack(page)
    expect(others).toEqual({})
    const { evaluations, ...rest } = comparison!
    expect(rest).toEqual({
      names: compared.names,
      record: compared.record,
      left_out: [],
    })
    const { right_to_wrong, wrong_to_right, ...record } = compared.stages[0]!.record as ComparisonRecord
    expect([right_to_wrong, wrong_to_right].map(flips => flips.map(({ id }) => id))).toEqual([['a', 'c'], ['b']])
    expect(evaluations).toEqual([
      {
        stage: 'evaluate',
        record,
        flips: {
          contexts: ['The blue river ends here.', 'Anna wrote it. Nobody asked where.'],
          ids: ['a', 'c', 'b'],
          questions: ['What ends here?', 'What did Anna ask?', 'Who wrote it?'],
          context: [0, 1, 1],
          gained: [0, 0, 1],
          answers: [[[4, 10]], [], [[0, 4]]],
          a: [[4, 10], [''], [0, 13]],
          b: [
            [9, 5],
            [0, 4],
            [0, 4],
          ],
          f1_a: [100, 100, 50],
          f1_b: [66.7, 0, 100],
        },
      },
    ])
  })

  it('holds no text as text', () => {
    const evil = '</script><script>alert(1)</script>'
    const page = comparisonPage.write({ ...compared, names: [evil, evil] })
    expect(page.indexOf('alert(1)</script>')).toBe(-1)
  })

  it('has fewer of the flipped questions where there is no room, of both directions, and says so', async () => {
    const next = random(5)
    const word = () => next().toString(36).slice(2, 10)
    const paragraphs = Array.from({ length: 100 }, (_, index) => {
      const context = Array.from({ length: 30 }, word).join(' ')
      const answers = [{ text: context.split(' ')[3]!, answer_start: -1 }]
      return { context, qas: [{ id: `q${index}`, question: `${word()}?`, answers }] }
    })
    const settings = { for: 'evaluation', version_2_with_negative: false } as const
    const { examples } = readExamples({ data: [{ paragraphs }] }, settings, 'dev.json')
    // A has the first half right, and B the other.
    const half = (isFirst: boolean) =>
      predictionsOf(
        Object.fromEntries(
          examples.ids.map((id, index) => [id, index < 50 === isFirst ? examples.answers[index]![0]! : 'x']),
        ),
      )
    const both = await comparedOf(examples, half(true), half(false))
    const size = (most: number) => {
      const page = fitComparison(both, most)
      const { evaluations, left_out } = unpack(page).comparison!
      const { gained, contexts } = evaluations[0]!.flips
      return { bytes: Buffer.byteLength(page), left_out, gained, contexts }
    }
    const all = size(Number.POSITIVE_INFINITY)
    expect([all.gained.length, all.left_out]).toEqual([100, []])
    const some = size(all.bytes - 10_000)
    expect(some.bytes).toBeLessThan(all.bytes - 10_000)
    expect(new Set(some.gained)).toEqual(new Set([0, 1]))
    expect(some.contexts.length).toBe(some.gained.length)
    expect(some.left_out).toEqual([
      `evaluate: ${some.gained.length} of 100 flipped questions are shown one by one: all would make this file larger than 2 MB. \`--json\` has all of them.`,
    ])
    expect(size(0).gained).toEqual([])
  })
})

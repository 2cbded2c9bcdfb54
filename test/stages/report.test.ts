import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { fileProbe } from '../../src/plan/probe.ts'
import type { Fact } from '../../src/plugin/stage.ts'
import { testStage } from '../../src/testing/index.ts'
import report from '../../stages/report.ts'
import { examplesOf, inputs, log, predictionsOf, run } from '../page/report-inputs.ts'
import { unpack } from '../page/unpack.ts'

const folder = mkdtempSync(join(tmpdir(), 'report-'))
const output_file = join(folder, 'out', 'report.html')
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const make = (given: Partial<typeof inputs> = inputs, config: object = {}) =>
  testStage(report, { config: { output_file, ...config }, inputs: given })

describe('a report', () => {
  it('is one file with all that was given', async () => {
    const { wrote, results } = await make()
    expect([wrote, results, readdirSync(join(folder, 'out'))]).toEqual([
      [output_file],
      { report: output_file },
      ['report.html'],
    ])
    const { summary, questions, candidates, ways } = unpack(readFileSync(output_file, 'utf8'))
    expect(summary).toMatchObject({
      title: 'Report: squad',
      run,
      log,
      windows: { questions: 4, windows: 4, without: [] },
      scores: {
        metrics: { exact: 50, f1: 62.5 },
        resamples: 2000,
        all: { label: 'all', questions: 4, exact: { mean: 50 }, f1: { mean: 62.5 } },
      },
      left_out: [],
    })
    const titles = summary.scores!.groups.map(({ title, scores }) => [title, ...scores.map(({ label }) => label)])
    expect(titles).toEqual([
      ['By whether there is an answer', 'HasAns', 'NoAns'],
      ['By what is asked for', 'what', 'who', 'where'],
      ['By the length of the answer', 'no answer', '1 word', '2 words'],
      ['By the length of the passage', 'up to 5 words', '6 words'],
    ])
    expect(summary.scores!.thresholds).toHaveLength(4)
    expect(questions).toMatchObject({
      ids: ['a', 'b', 'c', 'd'],
      exact: [1, 0, 1, 0],
      f1: [100, 50, 100, 0],
      answers: [[[4, 10]], [[0, 4]], [], [[28, 5]]],
      predictions: [[4, 10], [0, 13], [''], null],
      null_odds: [-3, -1.25, 4, null],
    })
    expect(candidates!.lists[0]).toEqual([
      [[4, 10], 750],
      [[''], 250],
    ])
    expect(ways).toMatchObject({
      // The run tells of one `predict`, with examples of `read-dev`; the others are called as such stages are.
      stages: { examples: 'read-dev', pieces: 'tokenize', windows: 'span', predictions: 'predict', score: 'predict' },
      candidates: [2, 2, 2, 0],
      right: [1, 0, 1, 0],
      start_logits: [[100, 100], [100, 100], [100, 100], []],
    })
  })

  it.each([
    ['nothing', {}, ['summary']],
    ['a run alone', { run }, ['summary']],
    ['a training alone', { log }, ['summary']],
    [
      'predictions',
      { examples: inputs.examples, predictions: inputs.predictions },
      ['summary', 'questions', 'candidates'],
    ],
  ])('of %s says what there is', async (_, given, blocks) => {
    await make(given, { title: 'What there is' })
    const found = unpack(readFileSync(output_file, 'utf8'))
    expect(Object.keys(found)).toEqual(blocks)
    expect(found.summary.title).toBe('What there is')
  })

  it('of a test set, which has no answers, has no scores and says so', async () => {
    await make({ examples: examplesOf({ x: [] }, false), predictions: predictionsOf({ x: 'river' }) })
    const { summary, questions } = unpack(readFileSync(output_file, 'utf8'))
    expect(summary.left_out).toEqual([
      'Scores: not every question has an accepted answer to compare with.',
      "No question's whole way is told: the report was given no windows. `pipeline trace FILE --question ID` shows it.",
    ])
    expect([summary.scores, questions!.f1]).toEqual([undefined, undefined])
  })

  it('holds no text as text', async () => {
    const evil = '</script><script>alert(1)</script>'
    await make({ run: { ...run, pipeline: evil } })
    const page = readFileSync(output_file, 'utf8')
    expect(page.indexOf('alert(1)</script>')).toBe(-1)
    expect(page.match(/<title>.*<\/title>/)?.[0]).toBe(
      '<title>Report: &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>',
    )
  })

  it('asks for nothing from anywhere', async () => {
    await make()
    const [head] = readFileSync(output_file, 'utf8').split('<script')
    expect(
      head!.match(/Content-Security-Policy" content="([^"]*)"/)?.[1]?.replace(/sha256-[\w+/=]{44}/, 'sha256-…'),
    ).toBe("default-src 'none'; script-src 'sha256-…'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
    expect(head!.match(/<link|<img|<iframe|src=|@import|url\(/)).toBeNull()
  })

  it('replaces one that it wrote', async () => {
    await make({ run })
    await make({ log })
    expect(unpack(readFileSync(output_file, 'utf8')).summary.run).toBeUndefined()
  })
})

const facts = { version_2_with_negative: { value: true, stage: 'read', where: 'p.yaml:1' } satisfies Fact }
const check = (config: object = {}, connected: object = {}, forbidden: { path: string; why: string }[] = []) =>
  report.check!({
    config: { output_file, title: '', bootstrap_resamples: 2000, seed: 42, ...config },
    facts: connected,
    probe: fileProbe(folder),
    forbidden,
  })

describe('before anything runs', () => {
  it('finds nothing wrong with a file that is not there, or one of its own', async () => {
    expect(await check()).toEqual([])
    await make({ run })
    expect(await check({}, { predictions: facts, examples: facts })).toEqual([])
  })

  it('never writes over a file of somebody else', async () => {
    mkdirSync(join(folder, 'out'))
    writeFileSync(output_file, '<!doctype html><p>mine')
    expect(await check()).toEqual([
      {
        code: 'output-not-ours',
        at: '/output_file',
        message: `Expected nothing at ${output_file}, or a report that this stage wrote; found another file.`,
        hint: 'Name another file, or move that one away.',
      },
    ])
  })

  it('expects a file', async () => {
    expect(await check({ output_file: folder })).toEqual([
      {
        code: 'output-not-a-file',
        at: '/output_file',
        message: `Expected a file, or nothing yet; ${folder} is a folder.`,
        hint: `Name a file in it: ${join(folder, 'report.html')}.`,
      },
    ])
    expect(await check({}, {}, [{ path: output_file, why: 'the pipeline is there' }])).toEqual([
      {
        code: 'output-forbidden',
        at: '/output_file',
        message: `A report cannot be written to ${output_file}: the pipeline is there.`,
        hint: 'Name a file of its own.',
      },
    ])
  })

  it('expects examples beside predictions', async () => {
    expect(await check({}, { predictions: facts })).toEqual([
      {
        code: 'no-examples',
        message:
          'Expected examples beside the predictions: questions and passages are shown with the answers; found none.',
        hint: 'Name the stage that reads them, for example `from: { examples: read-dev }`.',
      },
    ])
  })
})

describe('while it runs', () => {
  it('refuses predictions and examples of two versions', async () => {
    const given = { examples: examplesOf({ x: ['river'] }, false), predictions: inputs.predictions }
    await expect(make(given)).rejects.toMatchObject({
      problem: {
        code: 'version-mismatch',
        message:
          'The predictions were made with version_2_with_negative: true, the examples were read with version_2_with_negative: false.',
        hint: 'Take both from the same `read` stage.',
      },
    })
    expect(existsSync(output_file)).toBe(false)
  })

  it('says what a file system refuses', async () => {
    writeFileSync(join(folder, 'out'), '')
    await expect(make({ run })).rejects.toMatchObject({
      problem: {
        code: 'output-not-writable',
        message: `The report could not be written to ${output_file}: a part of the path is a file.`,
        hint: 'Name another file; all else is kept, and only the report is made again.',
      },
    })
  })
})

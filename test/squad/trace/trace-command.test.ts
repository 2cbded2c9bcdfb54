import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeptResult } from 'sluice'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isStageError } from '../../../src/plugin/stage-error.ts'
import { traceCommands } from '../../../src/squad/trace/trace-command.ts'
import { kept, keptData, make, squad } from '../kept.ts'

const vocab = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'normans', 'who', '?'].join('\n')
const making = { vocab, lengths: [32, 8, 8] } as const

/** The command's answer to a question about a file with these questions. */
const ask = async (asked: string, data: ReturnType<typeof squad>, change = (results: KeptResult[]) => results) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-trace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'data.json')
  writeFileSync(file, JSON.stringify(data))
  const results = change(keptData(await make(data, making), file))
  const told = await traceCommands.trace.run({ flags: { question: asked }, results }).catch(error => {
    if (isStageError(error)) return error.problem
    throw error
  })
  return JSON.parse(JSON.stringify(told).replaceAll(JSON.stringify(file).slice(1, -1), 'FILE'))
}

describe('a question that read left out', () => {
  it('says which words stand where the answer should', async () => {
    const data = squad('The Normans', { id: 'a', answers: [['Normans', 4]] }, { id: 'b', answers: [['Norse', 4]] })
    expect((await ask('b', data)).record).toEqual({
      id: 'b',
      ways: [
        {
          file: 'FILE',
          for: 'training',
          version_2_with_negative: false,
          steps: [
            {
              kind: 'examples',
              stage: 'read',
              question: 'who ?',
              context: 'The Normans',
              answers: ['Norse'],
              is_impossible: false,
              answer: null,
            },
          ],
          lost: {
            stage: 'read',
            code: 'answer-not-found',
            why: 'the answer "Norse" is not in the words at its answer_start 4: there stands "Normans"',
          },
          missing: [],
          stale: [],
        },
      ],
    })
  })
})

describe('no answer', () => {
  const data = squad('The Normans', { id: 'q-1', answers: [['Normans', 4]] }, { id: 'q-2', answers: [['The', 0]] })
  it.each([
    [
      'an id that is nearly one',
      'q-12',
      undefined,
      {
        code: 'unknown-question',
        message: 'There is no question "q-12" among the 2 questions that were read, nor among those left out.',
        hint: 'Did you mean `q-1`?',
      },
    ],
    [
      'another id',
      'something',
      undefined,
      {
        code: 'unknown-question',
        message: 'There is no question "something" among the 2 questions that were read, nor among those left out.',
        hint: 'The first of them: `q-1`, `q-2`.',
      },
    ],
    [
      'another id, where not all was read',
      'something',
      (results: KeptResult[]) => [
        ...results,
        kept('read-dev', { examples: ['examples'] }, { make: 'run --until read-dev' }),
      ],
      {
        code: 'unknown-question',
        message: 'There is no question "something" among the 2 questions that were read, nor among those left out.',
        hint: 'The first of them: `q-1`, `q-2`.\nNot all have been read. Make it: run --until read-dev',
      },
    ],
    [
      'a pipeline that has not run',
      'q-1',
      () => keptData({}),
      {
        code: 'not-in-cache',
        message: 'The cache holds no result of stage `read` as it is now.',
        hint: 'Make it: run --until read',
      },
    ],
    [
      'a pipeline without questions',
      'q-1',
      () => [kept('copy', { out: ['shell-output', {}] })],
      {
        code: 'no-questions',
        message: 'This pipeline has no questions to trace: none of its stages makes `examples`.',
        hint: 'The stage `read` makes them; `pipeline stages` lists the others.',
      },
    ],
  ])('%s', async (_, asked, change, problem) => expect(await ask(asked, data, change)).toEqual(problem))
})

import { describe, expect, it } from 'vitest'
import { type Paint, row } from '../../src/report/row.ts'
import type { StageView } from '../../src/report/view.ts'

const paint: Paint = { dim: text => `<${text}>`, yellow: text => `!${text}!` }
const view = (stage: Partial<StageView>): StageView => ({
  name: 'train',
  status: 'started',
  notes: [],
  warnings: [],
  ...stage,
})

const progress = {
  event: 'progress',
  stage: 'train',
  done: 510,
  total: 1500,
  numbers: { loss: 1.25, learning_rate: 3.3e-5, 'windows/s': 41.3, eta_s: 190 },
} as const

describe('a row of the live list', () => {
  it.each<[Partial<StageView>, number, string]>([
    [{ status: 'pending' }, 80, '<train>'],
    [{}, 80, 'train'],
    [{ status: 'ran', ms: 1500, bytes: 17_000_000 }, 80, 'train     1.5 s  17 MB'],
    [{ status: 'ran' }, 80, 'train     0 ms'],
    [
      { status: 'ran', ms: 95_000, before: 60_000, bytes: 812 },
      80,
      'train     1 min 35 s  812 B  1 min 00 s of it in earlier runs',
    ],
    [{ name: 'a-name-of-some-length', status: 'ran' }, 30, 'a-name-of-some-length  0 ms'],
    [{ name: 'a-name-of-some-length', status: 'ran' }, 20, 'a-name-of-some-leng…'],
    [{ name: '问答', status: 'ran' }, 80, '问答      0 ms'],
    [{ status: 'cached', ms: 3, bytes: 812 }, 80, 'train     reused  812 B'],
    [{ status: 'failed', ms: 3 }, 80, 'train     failed after 3 ms'],
    [{ status: 'skipped', reason: 'span failed' }, 80, '<train     skipped: span failed>'],
    [{ status: 'interrupted', ms: 4200 }, 80, 'train     interrupted after 4.2 s'],
    [{ status: 'interrupted' }, 80, 'train     interrupted'],
    [
      { notes: ['goes on from checkpoint-4', 'two\nlines'], info: '340 steps' },
      80,
      'train\n<goes on from checkpoint-4>\n<two lines>\n<340 steps>',
    ],
    [
      { status: 'interrupted', ms: 9, notes: ['stopped after step 6'], info: '340 steps' },
      80,
      'train     interrupted after 9 ms\n<stopped after step 6>',
    ],
    [{ status: 'ran', ms: 9, notes: ['goes on from checkpoint-4'] }, 80, 'train     9 ms'],
    [{ status: 'waiting', reason: 'process 12 is making it' }, 80, 'train     waiting: process 12 is making it'],
    [{ info: 'engine \u001b[1monnx\u001b[22m\n340 steps' }, 80, 'train\n<engine onnx 340 steps>'],
    [{ info: 'a line that is longer than the terminal' }, 20, 'train\n<a line that is long…>'],
    [
      {
        status: 'ran',
        ms: 5,
        warnings: [
          { message: 'one\ntwo\n', reused: false },
          { message: 'three', reused: true },
        ],
      },
      80,
      'train     5 ms\n!warning: one\ntwo!\n!warning (from the earlier run): three!',
    ],
  ])('%j in %d columns', (stage, width, text) => expect(row(view(stage), 8, width, paint)).toBe(text))

  it.each([
    [
      120,
      'train     ███████░░░░░░░░░░░░░   34 %  3 min 10 s left  loss 1.25  learning rate 3.3e-5  41.3 windows/s  510/1,500',
    ],
    [80, 'train     ███░░░░░░░   34 %  3 min 10 s left  loss 1.25  learning rate 3.3e-5'],
    [60, 'train     ███░░░░░░░   34 %  3 min 10 s left  loss 1.25'],
    [40, 'train      34 %  3 min 10 s left'],
    [16, 'train      34 %'],
    [8, 'train'],
  ])('progress in %d columns', (width, text) => expect(row(view({ progress }), 8, width, paint)).toBe(text))

  it('shows what is done where the total is not known', () =>
    expect(row(view({ progress: { ...progress, total: 0, numbers: {} } }), 8, 80, paint)).toBe('train     510'))
})

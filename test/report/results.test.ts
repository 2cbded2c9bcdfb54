import { describe, expect, it, test } from 'vitest'
import { directionOf } from '../../src/report/direction.ts'
import { type CellResult, resultsTable, spreadOf } from '../../src/report/results.ts'
import { resultsCsv } from '../../src/report/results-data.ts'
import { resultsText } from '../../src/report/results-text.ts'

const cell = (number: number, texts: readonly string[], numbers: Readonly<Record<string, number>>): CellResult => ({
  cell: number,
  status: Object.keys(numbers).length > 0 ? 'done' : 'failed',
  texts,
  values: texts,
  numbers: new Map(Object.entries(numbers)),
})

describe('spreadOf', () => {
  test.each([
    [[4], { mean: 4, n: 1 }],
    [[2, 4], { mean: 3, sd: Math.SQRT2, n: 2 }],
    // As numpy.std(ddof=1) and statistics.stdev have it.
    [[2, 4, 4, 4, 5, 5, 7, 9], { mean: 5, sd: 2.138089935299395, n: 8 }],
    [[1e9, 1e9 + 1, 1e9 + 2], { mean: 1e9 + 1, sd: 1, n: 3 }],
  ])('of %j', (numbers, spread) => {
    expect(spreadOf(numbers)).toEqual(spread)
  })
})

test.each([
  ['f1', 'higher'],
  ['exact_match', 'higher'],
  ['HasAns_exact', 'higher'],
  ['eval_loss', 'lower'],
  ['train.eval-loss', 'lower'],
  ['best_f1_thresh', undefined],
  ['total', undefined],
  ['windows/s', undefined],
  ['', undefined],
])('the better %s is the %s', (metric, direction) => {
  expect(directionOf(metric)).toBe(direction)
})

describe('the best', () => {
  const best = (cells: readonly CellResult[], over?: string) => {
    const { rows, means } = resultsTable(['rate', 'seed'], cells, over)
    return [rows.map(each => each.best), means.map(each => each.best)]
  }
  const cells = [
    cell(1, ['1', '1'], { f1: 70, loss: 0.5, total: 3 }),
    cell(2, ['1', '2'], { f1: 80, loss: 0.5, total: 4 }),
    cell(3, ['2', '1'], { f1: 76, loss: 0.5, total: 5 }),
    cell(4, ['2', '2'], { f1: 76, loss: 0.5, total: 5 }),
  ]

  it('is a row where nothing is averaged', () => {
    expect(best(cells)).toEqual([[[], ['f1'], [], []], []])
  })

  it('is a mean where something is: not the luckiest seed', () => {
    expect(best(cells, 'seed')).toEqual([
      [[], [], [], []],
      [[], ['f1']],
    ])
  })

  it('is all that are equally good, no cell without a number, and no number that is none', () => {
    const some = [
      cell(1, ['1', '1'], { f1: 70 }),
      cell(2, ['1', '2'], { f1: Number.NaN }),
      cell(3, ['2', '1'], {}),
      cell(4, ['2', '2'], { f1: 72 }),
      cell(5, ['2', '3'], { f1: 72 }),
    ]
    expect(best(some)).toEqual([[[], [], [], ['f1'], ['f1']], []])
  })
})

describe('the table as text', () => {
  const table = resultsTable(
    ['stages.train.with.learning_rate', 'seed'],
    [
      cell(1, ['3e-5', '1'], { f1: 9.5, loss: 2e-4, steps: 1000 }),
      cell(2, ['3e-5', '2'], { f1: 10.25, loss: 1e-4, steps: 1000 }),
      cell(3, ['1e-4', '1'], { f1: 100, loss: Number.NaN }),
      cell(4, ['1e-4', '2'], {}),
    ],
    'seed',
  )
  const names = new Map([
    ['stages.train.with.learning_rate', 'learning_rate'],
    ['seed', 'seed'],
  ])

  it('has a line for each cell and each mean, points below each other', () => {
    expect(resultsText(table, names, 80).join('\n')).toBe(`#  learning_rate  seed  status  f1      loss  steps
1  3e-5           1     done      9.50  2e-4  1000
2  3e-5           2     done     10.25  1e-4  1000
3  1e-4           1     done    100.00   NaN  –
4  1e-4           2     failed  –       –     –

mean ± standard deviation over seed
learning_rate  n  f1                 loss               steps
3e-5           2    9.8750 ± 0.5303  1.5e-4 ± 7.071e-5  1000 ± 0
1e-4           1  100.0000 *            NaN             –

* the best`)
  })

  it('has a few lines for each where the columns do not fit', () => {
    expect(resultsText(table, names, 30).slice(0, 6).join('\n')).toBe(`1  learning_rate 3e-5  seed 1
    status done
    f1 9.50  loss 2e-4
    steps 1000
2  learning_rate 3e-5  seed 2
    status done`)
  })

  it('says what there is where no stage has reported a number', () => {
    const none = resultsTable(['seed'], [cell(1, ['1'], {}), cell(2, ['2'], {})], 'seed')
    expect(resultsText(none, names, 80).join('\n')).toBe(`#  seed  status
1  1     failed
2  2     failed`)
  })
})

test('CSV is quoted where it must be, and keeps every digit', () => {
  const table = resultsTable(['a,b'], [cell(1, ['x"y'], { 'f1\n': 1 / 3 }), cell(2, ['–'], {})], undefined)
  expect(resultsCsv(table)).toBe(
    'row,cell,status,"a,b","f1\n"\ncell,1,done,"x""y",0.3333333333333333\ncell,2,failed,–,\n',
  )
})

import { describe, expect, it } from 'vitest'
import { fittedTable, table } from '../../src/report/table.ts'

describe('a table', () => {
  it('has columns two spaces apart, those of numbers to the right', () =>
    expect(
      table(
        [
          ['stage', 'size', ''],
          ['read', '812 B', 'x'],
          ['诺曼人', '1 B', 'y'],
        ],
        [1],
      ),
    ).toEqual(['stage    size', 'read    812 B  x', '诺曼人    1 B  y']))
})

describe('a table in a terminal', () => {
  const flags = [
    ['  --one', 'says what it does, at some length, so that it does not fit'],
    ['  --another', 'short'],
  ]
  const results = [
    ['stage', 'size', 'by'],
    ['read', '812 B', 'squad.yaml, squad-v1.1.yaml (read-dev)'],
    ['', '3 B', ''],
  ]

  it.each([
    ['stays as it is where it fits', flags, [], 72, table(flags)],
    [
      'has its last column broken where it does not',
      flags,
      [],
      60,
      ['  --one      says what it does, at some length, so that it', '             does not fit', '  --another  short'],
    ],
    [
      'keeps its other columns',
      results,
      [1],
      40,
      ['stage   size  by', 'read   812 B  squad.yaml,', '              squad-v1.1.yaml (read-dev)', '         3 B'],
    ],
    [
      'has all but the first column below it where there is no room beside',
      flags,
      [],
      35,
      [
        '  --one',
        '      says what it does, at some',
        '      length, so that it does not',
        '      fit',
        '  --another',
        '      short',
      ],
    ],
    [
      'also of several columns, and of rows that go on',
      results,
      [1],
      32,
      ['stage', '    size  by', 'read', '    812 B  squad.yaml,', '    squad-v1.1.yaml (read-dev)', '    3 B'],
    ],
    [
      'and where a word has no room beside',
      [['file', 'https://example.com/a/path/of/some/length']],
      [],
      42,
      ['file', '    https://example.com/a/path/of/some/length'],
    ],
    ['in little room, too, where nothing has to be broken', [['  --one', 'short']], [], 20, ['  --one  short']],
  ])('%s', (_, rows, right, width, lines) => expect(fittedTable(rows, width, right)).toEqual(lines))
})

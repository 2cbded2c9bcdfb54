import { expect, it } from 'vitest'
import { cut, widthOf } from '../../src/report/width.ts'

it.each([
  ['', 0],
  ['C:\\Users\\me\\squad.yaml', 22],
  ['5e-5 → 3e-5 …', 13],
  ['诺曼人', 6],
  ['a😀b', 4],
  ['é'.normalize('NFD'), 1],
  ['███░░', 5],
])('%s takes %d columns', (text, width) => expect(widthOf(text)).toBe(width))

it.each([
  ['a line', 6, 'a line'],
  ['a line', 5, 'a li…'],
  ['a line', 1, '…'],
  ['a line', 0, ''],
  ['诺曼人来自', 10, '诺曼人来自'],
  ['诺曼人来自', 9, '诺曼人来…'],
  ['诺曼人来自', 8, '诺曼人…'],
  ['😀😀', 3, '😀…'],
  [`${'é'.normalize('NFD')}xyz`, 3, `${'é'.normalize('NFD')}x…`],
])('%s in %d columns: %s', (text, width, shown) => expect(cut(text, width)).toBe(shown))

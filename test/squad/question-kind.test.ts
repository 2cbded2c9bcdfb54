import { expect, it } from 'vitest'
import { questionKind } from '../../src/squad/question-kind.ts'

it.each([
  ['What did Boyle invent?', 'what'],
  ['In WHAT year did he die?', 'what'],
  ["What's the name of the river?", 'what'],
  ['To whom was it given?', 'who'],
  ['Whose son was he, and when was he born?', 'who'],
  ['When was it, and who says so?', 'when'],
  ['How many people live where the river ends?', 'how'],
  ['Which of these is larger?', 'which'],
  ['Why?', 'why'],
  ['Where is Whoville?', 'where'],
  ['Name the author of somewhat.', 'other'],
  ['', 'other'],
  ['范廷颂是什么时候被任为主教的？', 'when'],
  ['他出生于哪一年？', 'when'],
  ['他是哪里人？', 'where'],
  ['这座城市有多少人口？', 'how'],
  ['谁写了这本书？', 'who'],
  ['为什么他离开了？', 'why'],
  ['他的职业是什么？', 'what'],
  ['哪个国家最大？', 'which'],
  ['В каком году он родился?', 'other'],
])('%s: %s', (question, kind) => {
  expect(questionKind(question)).toBe(kind)
})

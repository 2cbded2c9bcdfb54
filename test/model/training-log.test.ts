import { expect, it } from 'vitest'
import { type LogRecord, logText, parseLog, TrainingLog } from '../../src/model/training-log.ts'

const log: readonly LogRecord[] = [
  { step: 1, epoch: 1 / 3, loss: 0.1 + 0.2, learning_rate: 5e-5, grad_norm: 1.25 },
  { step: 1, epoch: 1 / 3, eval_exact_match: 57.25, eval_f1: 69.16 },
]

it('is a record a line, and the same numbers when it is read', () => {
  expect(logText(log)).toBe(
    '{"step":1,"epoch":0.3333333333333333,"loss":0.30000000000000004,"learning_rate":0.00005,"grad_norm":1.25}\n' +
      '{"step":1,"epoch":0.3333333333333333,"eval_exact_match":57.25,"eval_f1":69.16}\n',
  )
  expect([parseLog(logText(log)), parseLog('')]).toEqual([log, []])
})

it('reads well', () => {
  expect(log.map(each => TrainingLog.text!(each))).toEqual([
    'step 1  epoch 0.333333  loss 0.3  learning_rate 0.00005  grad_norm 1.25',
    'step 1  epoch 0.333333  eval_exact_match 57.25  eval_f1 69.16',
  ])
})

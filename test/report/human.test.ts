import { describe, expect, it } from 'vitest'
import { duration, named, number, score, size } from '../../src/report/human.ts'

describe('units for people', () => {
  it.each([
    [0, '0 ms'],
    [0.4, '0 ms'],
    [340.2, '340 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [4_240, '4.2 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [192_000, '3 min 12 s'],
    [3_599_400, '59 min 59 s'],
    [3_599_600, '1 h 00 min'],
    [7_500_000, '2 h 05 min'],
    [86_399_000, '1 d 0 h'],
    [442_800_000, '5 d 3 h'],
  ])('duration(%d) is %s', (ms, text) => expect(duration(ms)).toBe(text))

  it.each([
    [0, '0 B'],
    [812, '812 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [9_949, '9.9 kB'],
    [9_950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [34_000_000, '34 MB'],
    [1.5e18, '1500 PB'],
  ])('size(%d) is %s', (bytes, text) => expect(size(bytes)).toBe(text))

  it.each([
    [0, '0'],
    [12_345, '12,345'],
    [1.23456, '1.235'],
    [1234.56, '1,235'],
    [0.012_345_6, '0.01235'],
    [5e-5, '5e-5'],
    [-0.000_123_456, '-1.235e-4'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('number(%d) is %s', (value, text) => expect(number(value)).toBe(text))

  it.each([
    ['eta_s', 0.3, '1 s left'],
    ['eta_s', 190, '3 min 10 s left'],
    ['windows/s', 40.26, '40.26 windows/s'],
    ['windows/s', 1234.5, '1,235 windows/s'],
    ['elapsed_s', 3, 'elapsed 3.0 s'],
    ['read_bytes', 3_000_000, 'read 3.0 MB'],
    ['bytes', 3_000_000, '3.0 MB'],
    ['learning_rate', 4.9e-5, 'learning rate 4.9e-5'],
    ['loss', 2.345_67, 'loss 2.346'],
  ])('named(%s, %d) is %s', (name, value, text) => expect(named(name, value)).toBe(text))

  it.each([
    [71.2, '71.2'],
    [86.206_244_087, '86.2062'],
    [100, '100'],
    ['../out/squad', '../out/squad'],
  ])('score(%s) is %s', (value, text) => expect(score(value)).toBe(text))
})

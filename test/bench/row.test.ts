import { expect, test } from 'vitest'
import { judge, median, type Row, ratioOf } from '../../bench/row.ts'

const row = (rest: Partial<Row>): Row => ({ id: 'a/b', name: 'a row', unit: 'µs', ours: [1], ...rest })

const aimed = (of: 'ours' | 'ratio', direction: 'at most' | 'at least', value: number) => ({
  aim: { of, direction, value },
})

test('an aim is met at its boundary, in both directions, and not beyond it', () => {
  expect(judge(row({ ours: [20], ...aimed('ours', 'at most', 20) }))).toBe('met')
  expect(judge(row({ ours: [20.01], ...aimed('ours', 'at most', 20) }))).toBe('not met')
  expect(judge(row({ ours: [19], ...aimed('ours', 'at most', 20) }))).toBe('met')
  expect(judge(row({ ours: [20], ...aimed('ours', 'at least', 20) }))).toBe('met')
  expect(judge(row({ ours: [19.99], ...aimed('ours', 'at least', 20) }))).toBe('not met')
  expect(judge(row({ ours: [21], ...aimed('ours', 'at least', 20) }))).toBe('met')
})

test('a figure is compared as it was measured, not as it is printed', () => {
  // 1.304 is printed as 1.30.
  const beside = { base: { name: 'bare', rounds: [1000] } }
  expect(judge(row({ ours: [1304], ...beside, ...aimed('ratio', 'at most', 1.3) }))).toBe('not met')
  expect(judge(row({ ours: [1300], ...beside, ...aimed('ratio', 'at most', 1.3) }))).toBe('met')
})

test('an aim of the ratio is not about the figure, and the other way round', () => {
  const beside = { ours: [10], base: { name: 'bare', rounds: [5] } }
  expect(judge(row({ ...beside, ...aimed('ratio', 'at most', 3) }))).toBe('met')
  expect(judge(row({ ...beside, ...aimed('ours', 'at most', 3) }))).toBe('not met')
})

test('what was not measured, and what has no aim, is neither met nor missed', () => {
  expect(judge(row({ ours: [], ...aimed('ours', 'at most', 20) }))).toBe('not measured')
  expect(judge(row({ ours: [5], ...aimed('ratio', 'at most', 20) }))).toBe('not measured')
  expect(judge(row({ ours: [Number.NaN], ...aimed('ours', 'at most', 20) }))).toBe('not measured')
  expect(judge(row({ ours: [5] }))).toBe('no aim')
})

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([9, 1, 5, 7])).toBe(6)
  expect(median([])).toBeNaN()
})

test("the ratio is the median of the rounds' ratios: a disturbed round counts once", () => {
  const base = { name: 'bare', rounds: [5, 6, 1, 20, 50] }
  // Medians 12 and 6: 2. Ratios 2, 2, 12, 1, 0.2: in the middle 2.
  expect(ratioOf(row({ ours: [10, 12, 12, 20, 10], base }))).toBe(2)
  // Medians 12 and 6: 2. Ratios 3, 3, 12, 0.5, 0.24: in the middle 3.
  expect(ratioOf(row({ ours: [15, 18, 12, 10, 12], base }))).toBe(3)
  // Not equally many rounds: 12 / 6.
  expect(ratioOf(row({ ours: [12], base }))).toBe(2)
  expect(ratioOf(row({ ours: [12] }))).toBeUndefined()
})

import { expect, test } from 'vitest'
import { lows, slopeOf } from './slope.ts'

const samples = (...values: readonly number[]) => values.map((value, at) => ({ at, value }))

test('a line has its slope, and no error', () => {
  expect(slopeOf(samples(1, 3, 5, 7))).toEqual({ perMinute: 2, error: 0 })
})

// Times around their mean: -1.5, -0.5, 0.5, 1.5, squares 5; values around theirs: -1, 1, -1, 1, products 2: 2 / 5.
// Left over: -0.4, 1.2, -1.2, 0.4, squares 3.2; of 2 degrees of freedom 1.6; by 5: 0.32.
test('what goes up and down has an error', () => {
  const { perMinute, error } = slopeOf(samples(1, 3, 1, 3))
  expect(perMinute).toBeCloseTo(0.4)
  expect(error).toBeCloseTo(Math.sqrt(0.32))
})

test('a saw has lows without a slope', () => {
  expect(lows(samples(1, 5, 9, 1, 5, 9), 2)).toEqual([
    { at: 0, value: 1 },
    { at: 3, value: 1 },
  ])
})

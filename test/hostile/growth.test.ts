import { expect, test } from 'vitest'
import { growthOf, TOO_FAST } from './growth.ts'

/** Work that takes as many steps. */
function spin(steps: number): number {
  let sum = 0
  for (let step = 0; step < steps; step++) sum = (sum * 31 + step) % 1_000_003
  return sum
}

const LARGEST = 1 << 14

test('linear work does not grow too fast', async () => {
  const { factor, measured } = await growthOf((size) => () => spin(size * 20_000), LARGEST)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})

test('quadratic work does', async () => {
  const { factor, measured } = await growthOf((size) => () => spin(size * size * 20), LARGEST)
  expect(factor, measured).toBeGreaterThan(TOO_FAST)
})

test('quadratic work beside much that is linear does', async () => {
  const { factor, measured } = await growthOf((size) => () => spin(size * 1_000 + size * size * 20), LARGEST)
  expect(factor, measured).toBeGreaterThan(TOO_FAST)
})

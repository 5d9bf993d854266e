import { expect, test } from 'vitest'
import { createBackOff, Setbacks } from '../../src/pacing/back-off.ts'

test('waits double up to the longest, and begin anew', () => {
  const backOff = createBackOff({ first: 10, longest: 35, random: () => 0 })
  expect([1, 2, 3, 4].map(() => backOff.next())).toEqual([10, 20, 35, 35])
  backOff.reset()
  expect(backOff.next()).toBe(10)
})

test('chance shortens a wait by up to half', () => {
  expect(createBackOff({ first: 10, longest: 35, random: () => 0.5 }).next()).toBe(7.5)
})

test('what failed waits for the next tick but one, then twice as long; what went well waits no more', () => {
  const setbacks = new Setbacks(() => 0)
  const ticksUntilFree = () => {
    let ticks = 0
    for (; !setbacks.mayTry('a'); ticks++) setbacks.nextTick()
    return ticks
  }
  // The tick that failed and the wait: 1 + 1, 1 + 2, … 1 + 64, 1 + 64.
  const waits = Array.from({ length: 8 }, () => {
    setbacks.failed('a')
    expect(setbacks.mayTry('b')).toBe(true)
    return ticksUntilFree()
  })
  expect(waits).toEqual([2, 3, 5, 9, 17, 33, 65, 65])
  setbacks.failed('a')
  setbacks.forget('a')
  expect(setbacks.mayTry('a')).toBe(true)
})

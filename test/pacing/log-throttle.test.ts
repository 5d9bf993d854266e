import { expect, test } from 'vitest'
import { logThrottle, strangersThrottle } from '../../src/pacing/log-throttle.ts'

test('the same words once in a while, and other words at once', () => {
  let now = 0
  const isNews = logThrottle(60_000, () => now)
  expect(['a', 'a', 'b', 'a'].map(isNews)).toEqual([true, false, true, true])
  now = 59_999
  expect(isNews('a')).toBe(false)
  now = 60_000
  expect(isNews('a')).toBe(true)
})

test('lines that strangers cause: sixteen at once, then one in a minute, with how many were left out', () => {
  let now = 0
  const limit = strangersThrottle(() => now)
  const told = Array.from({ length: 20 }, (_, i) => limit(`10.0.0.${i}`))
  expect(told).toEqual([...Array(16).fill(0), ...Array(4).fill(undefined)])
  now += 60_000
  expect([limit('10.0.0.20'), limit('10.0.0.21')]).toEqual([4, undefined])
})

test('of one stranger: one in a minute, and the others have theirs', () => {
  let now = 0
  const limit = strangersThrottle(() => now)
  expect(Array.from({ length: 20 }, () => limit('10.0.0.1'))).toEqual([0, ...Array(19).fill(undefined)])
  expect(limit('10.0.0.2')).toBe(19)
  now = 59_999
  expect(limit('10.0.0.1')).toBeUndefined()
  now = 60_000
  expect(limit('10.0.0.1')).toBe(1)
})

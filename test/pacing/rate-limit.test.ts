import { describe, expect, test } from 'vitest'
import { SlidingWindow, TokenBucket } from '../../src/pacing/rate-limit.ts'

test('a bucket: three at once, then one every ten milliseconds, and no more than three however long nobody takes', () => {
  let now = 0
  const bucket = new TokenBucket({ burst: 3, each: 10 }, () => now)
  const takeAll = () => [1, 2, 3, 4].map(() => bucket.take())
  expect(takeAll()).toEqual([true, true, true, false])
  now = 4
  expect(bucket.wait()).toBe(6)
  now = 10
  expect([bucket.wait(), ...takeAll()]).toEqual([0, true, false, false, false])
  now = 1_000
  expect(takeAll()).toEqual([true, true, true, false])
})

describe('a window', () => {
  test('ten in any minute under one key, thirty over all', () => {
    let now = 0
    const window = new SlidingWindow({ most: 30, mostOfOne: 10, span: 60_000 }, () => now)
    const free = () => ['a', 'b', 'c', 'd'].filter((key) => window.isFree(key)).join('')
    for (let i = 0; i < 10; i++) window.take('a')
    expect(free()).toBe('bcd')
    now = 30_000
    for (const key of ['b', 'c']) for (let i = 0; i < 10; i++) window.take(key)
    expect(free()).toBe('')
    now = 59_999
    expect(free()).toBe('')
    now = 60_000
    expect(free()).toBe('ad')
  })
})

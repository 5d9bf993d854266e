import { expect, test } from 'vitest'
import { TouchLimit } from '../../src/pacing/touch-limit.ts'

test('ten rollouts in any minute in one namespace, thirty over the cluster', () => {
  let now = 0
  const limit = new TouchLimit(() => now)
  const free = () => ['a', 'b', 'c', 'd'].filter((namespace) => limit.isFree(namespace)).join('')
  for (let i = 0; i < 10; i++) limit.touched('a')
  expect(free()).toBe('bcd')
  now = 30_000
  for (const namespace of ['b', 'c']) for (let i = 0; i < 10; i++) limit.touched(namespace)
  expect(free()).toBe('')
  now = 59_999
  expect(free()).toBe('')
  now = 60_000
  expect(free()).toBe('ad')
})

import { expect, test } from 'vitest'
import { lookAt, share, spent } from './looks.ts'

const look = (at: number, cpu: number) => ({ at, cpu, resident: 0 })

test('of each look, what was spent in the span before it', () => {
  const looks = [look(0, 0), look(100, 10), look(200, 100), look(300, 190), look(400, 190), look(500, 190)]
  expect(spent(looks, 200)).toEqual([10, 100, 180, 90, 0])
})

test('neighbors count, however far apart', () => {
  expect(spent([look(0, 0), look(1_000, 700)], 20)).toEqual([700])
})

test('a part of the values', () => {
  const values = [40, 10, 30, 20]
  expect([share(values, 0.5), share(values, 0.99), share(values, 1), share([], 1)]).toEqual([
    30,
    40,
    40,
    Number.NaN,
  ])
})

test('what a process takes is seen, and that it has ended', () => {
  if (process.platform !== 'linux') return
  expect(lookAt(process.pid)?.resident).toBeGreaterThan(1_000_000)
  // The kernel's largest is 2^22.
  expect(lookAt(2 ** 22 + 1)).toBeUndefined()
})

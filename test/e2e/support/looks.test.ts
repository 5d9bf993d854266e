import { expect, test } from 'vitest'
import { busiest, lookAt } from './looks.ts'

const look = (at: number, cpu: number) => ({ at, cpu, resident: 0 })

test('of a stretch with work and one without, the first', () => {
  const looks = [look(0, 0), look(100, 10), look(200, 100), look(300, 190), look(400, 190), look(500, 190)]
  // From 100 to 300.
  expect(busiest(looks, 200)).toBe(180)
})

test('neighbors count, however far apart', () => {
  expect(busiest([look(0, 0), look(1_000, 700)], 20)).toBe(700)
})

test('nothing was seen', () => expect(busiest([], 100)).toBe(0))

test('what a process takes is seen, and that it has ended', () => {
  if (process.platform !== 'linux') return
  expect(lookAt(process.pid)?.resident).toBeGreaterThan(1_000_000)
  // The kernel's largest is 2^22.
  expect(lookAt(2 ** 22 + 1)).toBeUndefined()
})

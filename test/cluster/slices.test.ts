import { setImmediate as nextLook } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { atOnceOrInSlices, Slices } from '../../src/cluster/slices.ts'

/** A slice is 5 ms long: a step of 2 begins at 0, 2 and 4, and no other does. */
const STEP = 2
const STEPS_OF_A_SLICE = 3

/** By a clock that only steps move. */
function slicesOfSteps() {
  let now = 0
  const slices = new Slices(() => now)
  return (step: () => void) =>
    slices.take(() => {
      now += STEP
      step()
    })
}

test.for([1, 2, 40])('%i works take one slice between two looks at what has arrived', async (works) => {
  const take = slicesOfSteps()
  const steps = 10
  const taken: number[] = [0]
  let running = works
  const work = async (): Promise<void> => {
    for (let step = 0; step < steps; step++) await take(() => taken.push((taken.pop() ?? 0) + 1))
    running--
  }
  for (let nth = 0; nth < works; nth++) void work()
  while (running > 0) {
    await nextLook()
    taken.push(0)
  }
  expect(taken.reduce((sum, count) => sum + count)).toBe(works * steps)
  // At the first look a slice has been used before it, and one is used beside it.
  expect(taken[0]).toBeLessThanOrEqual(2 * STEPS_OF_A_SLICE)
  expect(Math.max(...taken.slice(1))).toBe(STEPS_OF_A_SLICE)
})

test('whoever waits comes to its turn, however many others begin', async () => {
  const take = slicesOfSteps()
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const order: string[] = []
  const all = names.map((name) => take(() => order.push(name)))
  expect(order).toHaveLength(STEPS_OF_A_SLICE)
  await Promise.all(all)
  expect(order).toEqual(names)
})

test('a step that throws fails its own work only, and no slice is lost', async () => {
  const take = slicesOfSteps()
  const fail = (): never => {
    throw new Error('of the step')
  }
  const steps = [1, 2, 3].map(() => take(() => undefined))
  const failing = [take(fail), take(fail)]
  await expect(failing[0]).rejects.toThrow('of the step')
  await expect(failing[1]).rejects.toThrow('of the step')
  await Promise.all([...steps, take(() => undefined)])
})

test('steps that are done at once keep nobody waiting; others let what has arrived go first', async () => {
  function* steps(count: number, done: () => void): Generator<void, void> {
    for (let step = 0; step < count; step++) {
      const end = performance.now() + 15
      while (performance.now() < end);
      done()
      yield
    }
  }
  expect(atOnceOrInSlices(steps(0, () => undefined))).toBeUndefined()
  const order: string[] = []
  const waiting = atOnceOrInSlices(steps(4, () => order.push('step')))
  expect(order).toEqual(['step'])
  setImmediate(() => order.push('arrived'))
  await waiting
  expect(order.filter((one) => one === 'step')).toHaveLength(4)
  expect(order.indexOf('arrived')).toBeLessThan(order.lastIndexOf('step'))
})

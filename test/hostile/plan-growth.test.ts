import { expect, test } from 'vitest'
import { changedLines } from '../../src/cli/render/changed-lines.ts'
import { growthOf, TOO_FAST } from './growth.ts'

/** The diff of `plan`: each container gets a hook. */

const containers = (count: number, more: object) =>
  Array.from({ length: count }, (_, nth) => ({ name: `c${nth}`, image: 'x', ...more }))

test('a diff takes time that grows as the containers', async () => {
  const { factor, measured } = await growthOf((size) => {
    const lifecycle = { preStop: { sleep: { seconds: 40 } } }
    const [before, after] = [{ spec: containers(size, {}) }, { spec: containers(size, { lifecycle }) }]
    return () => changedLines(before, after)
  }, 8_000)
  expect(factor, measured).toBeLessThan(TOO_FAST)
})

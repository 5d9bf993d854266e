import { afterAll, beforeAll, describe } from 'vitest'
import { caseOf, has } from './support/cluster.ts'
import { handover } from './support/handover.ts'
import {
  atEachPoint,
  expectAsBefore,
  expectNoneLost,
  expectProtected,
  type HandoverGround,
  IN_SLEEP,
  killed,
  of,
  startGround,
  withLine,
} from './support/handover-ground.ts'

/**
 * `slackwater handover` is killed after each of its changes, and `--undo` takes back what it has begun: with real Pods,
 * and requests to them all the while. None may be lost, and nothing may be left.
 */

const NEEDS = ['pods', 'controllers'] as const

let ground: HandoverGround
beforeAll(async () => {
  if (has(...NEEDS)) ground = await startGround()
})
afterAll(async () => {
  if (has(...NEEDS)) await ground.stop()
})

/** One Pod and a part of the next: each has eight. */
const CHANGES = 10

// They wait most of the time: side by side.
describe.concurrent('slackwater handover --undo', () => {
  caseOf(
    'takes back what a call that was killed after any of its changes has begun',
    NEEDS,
    () =>
      atEachPoint(CHANGES, (point) =>
        withLine(async (line) => {
          const shop = await ground.open()
          const isKilled = await killed(of(shop), line, point)
          await handover(of(shop, '--undo'))
          await expectAsBefore(shop)
          await expectNoneLost(shop)
          return isKilled
        }),
      ),
    600_000,
  )

  caseOf(
    'killed after any of its own changes, is taken up by the next one; then a handover may begin anew',
    NEEDS,
    async () => {
      const points = [1, 2, 3, 4, 5].map((after) => ({ after, later: 0 }))
      const tries = points.map((point) =>
        withLine(async (line) => {
          const shop = await ground.open()
          await killed(of(shop), line, IN_SLEEP)
          await killed(of(shop, '--undo'), line, point)
          await handover(of(shop, '--undo'))
          await expectAsBefore(shop)
          await handover(of(shop))
          await expectAsBefore(shop)
          await expectProtected(shop)
          await expectNoneLost(shop)
        }),
      )
      await Promise.all(tries)
    },
    600_000,
  )
})

import { afterAll, beforeAll, describe, expect } from 'vitest'
import { caseOf, has } from './support/cluster.ts'
import { handover } from './support/handover.ts'
import {
  atEachPoint,
  expectAsBefore,
  expectNoneLost,
  expectProtected,
  type HandoverGround,
  killed,
  of,
  startGround,
  withLine,
} from './support/handover-ground.ts'
import { allHealthy, podsOf } from './support/running-shop.ts'

/**
 * `slackwater handover` is killed after each of its changes, and the next call goes on: with real Pods, and requests to
 * them all the while. None may be lost, and nothing may be left.
 */

const NEEDS = ['pods', 'controllers'] as const

let ground: HandoverGround
beforeAll(async () => {
  if (has(...NEEDS)) ground = await startGround()
})
afterAll(async () => {
  if (has(...NEEDS)) await ground.stop()
})

/** For two Pods: each is released, leaves its Services, may be deleted, is deleted; its PodDisruptionBudget is woken twice. */
const CHANGES = 16

// They wait most of the time: side by side.
describe.concurrent('slackwater handover', () => {
  caseOf(
    'replaces two Pods without a hook, and changes nothing else',
    NEEDS,
    () =>
      withLine(async (line) => {
        const shop = await ground.open()
        const old = await allHealthy(shop)
        await handover(of(shop), line.kubeconfig)
        const changes = [...line.writes]
        expect(changes.length).toBeGreaterThanOrEqual(CHANGES)
        const names = (await podsOf(shop.namespace)).map(({ metadata }) => metadata.name)
        expect(names.filter((name) => old.includes(name))).toEqual([])
        await expectAsBefore(shop)
        await expectProtected(shop)
        await expectNoneLost(shop)
        await handover(of(shop), line.kubeconfig)
        // Nothing is to be done a second time.
        expect(line.writes).toEqual(changes)
      }),
    400_000,
  )

  caseOf(
    'killed after each of its changes, goes on with the next call',
    NEEDS,
    () =>
      atEachPoint(CHANGES, (point) =>
        withLine(async (line) => {
          const shop = await ground.open()
          const isKilled = await killed(of(shop), line, point)
          await handover(of(shop))
          await expectAsBefore(shop)
          await expectProtected(shop)
          await expectNoneLost(shop)
          return isKilled
        }),
      ),
    600_000,
  )
})

import { afterAll, beforeAll, expect } from 'vitest'
import { messageOf } from '../../src/core/model/thrown.ts'
import { caseOf, has } from './support/cluster.ts'
import { handover, KILLED, startHandover } from './support/handover.ts'
import {
  expectAsBefore,
  expectNoneLost,
  expectProtected,
  type HandoverGround,
  killedAt,
  of,
  type Point,
  startGround,
  withLine,
} from './support/handover-ground.ts'
import { allHealthy, podsOf } from './support/running-shop.ts'

/**
 * `slackwater handover` is killed after each of its changes, and goes on or is undone, with real Pods and requests to them
 * all the while: none may be lost, and nothing may be left.
 */

const NEEDS = ['pods', 'controllers'] as const

let ground: HandoverGround
beforeAll(async () => {
  if (has(...NEEDS)) ground = await startGround()
})
afterAll(async () => {
  if (has(...NEEDS)) await ground.stop()
})

/** What the program changes for two Pods that nobody disturbs: each change is a point to end it after. */
const undisturbed = once(() =>
  withLine(async (line) => {
    const shop = await ground.open()
    const old = await allHealthy(shop)
    await handover(of(shop), line.kubeconfig)
    const changes = [...line.writes]
    process.stderr.write(`${changes.join("\n")}\n`)
    const names = (await podsOf(shop.namespace)).map(({ metadata }) => metadata.name)
    expect(names.filter((name) => old.includes(name))).toEqual([])
    await expectAsBefore(shop)
    await expectProtected(shop)
    await expectNoneLost(shop)
    await handover(of(shop), line.kubeconfig)
    // Nothing is to be done a second time.
    expect(line.writes).toEqual(changes)
    return changes
  }),
)

/** Of one that fails, the next try is its own. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

const isOfPod = (change: string): boolean => / pods\//.test(change)

/** In the wait for a replacement, and in the sleep. Milliseconds. */
const WAITS = 2_000

/**
 * After every change of a Pod, whose answer never comes; after the first of a PodDisruptionBudget; and in the waits
 * between, where the program knows its changes.
 */
async function points(): Promise<readonly Point[]> {
  const changes = await undisturbed()
  const all = changes.map((change, index) => ({ change, after: index + 1 }))
  const budget = all.filter(({ change }) => !isOfPod(change)).slice(0, 2)
  const pods = all.filter(({ change }) => isOfPod(change))
  // Four changes for each Pod: released, leaving, ending, deleted. Long waits follow the first two.
  const waits = pods.filter((_, nth) => nth % 4 < 2)
  return [
    ...[...pods, ...budget].map(({ after }) => ({ after, later: 0 })),
    ...waits.map(({ after }) => ({ after, later: WAITS })),
  ]
}

/** Every point has its own shop, side by side; a failure is told by its point. */
async function atEach(all: readonly Point[], run: (point: Point) => Promise<void>): Promise<void> {
  const failures = await Promise.all(
    all.map((point) =>
      run(point).then(
        () => [],
        (error: unknown) => [`killed ${point.later} ms after change ${point.after}: ${messageOf(error)}`],
      ),
    ),
  )
  expect(failures.flat()).toEqual([])
}

const killedThenAgain = (point: Point): Promise<void> =>
  withLine(async (line) => {
    const shop = await ground.open()
    await killedAt(shop, line, point)
    await handover(of(shop))
    await expectAsBefore(shop)
    await expectProtected(shop)
    await expectNoneLost(shop)
  })

const killedThenUndone = (point: Point): Promise<void> =>
  withLine(async (line) => {
    const shop = await ground.open()
    await killedAt(shop, line, point)
    await handover(of(shop, '--undo'))
    await expectAsBefore(shop)
    await handover(of(shop))
    await expectAsBefore(shop)
    await expectProtected(shop)
    await expectNoneLost(shop)
  })

/** The first Pod has left its Services when it is to be undone; it is undone in the end. */
const undoneAndKilled = (after: number): Promise<void> =>
  withLine(async (line) => {
    const shop = await ground.open()
    const changes = (await undisturbed()).map((change, index) => ({ change, index }))
    const left = changes.filter(({ change }) => isOfPod(change))[1]?.index ?? 0
    await killedAt(shop, line, { after: left + 1, later: WAITS })
    const undoing = startHandover(of(shop, '--undo'), line.kubeconfig)
    line.after(after, 0, () => undoing.kill())
    // It may make fewer changes, and ends by itself.
    expect([0, KILLED]).toContain((await undoing.ended).code)
    await handover(of(shop, '--undo'))
    await expectAsBefore(shop)
    await expectNoneLost(shop)
  })

caseOf(
  'two Pods without a hook are replaced, and nothing else is changed',
  NEEDS,
  async () => {
    expect(await undisturbed()).not.toEqual([])
  },
  180_000,
)

caseOf(
  'killed after each of its changes, the next call goes on',
  NEEDS,
  async () => {
    const all = await points()
    expect(all.length).toBeGreaterThanOrEqual(10)
    await atEach(all, killedThenAgain)
  },
  290_000,
)

caseOf(
  'killed after each of its changes, it is undone, and may begin anew; also where the undoing is killed',
  NEEDS,
  async () => {
    const undoings = [1, 2, 3, 4, 5].map((after) => ({ after, later: 0 }))
    await Promise.all([
      atEach(await points(), killedThenUndone),
      atEach(undoings, ({ after }) => undoneAndKilled(after)),
    ])
  },
  290_000,
)

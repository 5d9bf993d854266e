import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runsOf } from '../depth.ts'
import { killed, replaceAll, takeBackAll, wait } from './calls.ts'
import { PlayedCluster } from './played-cluster.ts'

/** What happens between two calls, or in the middle of one. */
const disturbance = fc.oneof(
  fc.record({ kind: fc.constant('scale' as const), replicas: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    kind: fc.constant('unready' as const),
    index: fc.nat(8),
    seconds: fc.integer({ min: 1, max: 90 }),
  }),
  fc.record({ kind: fc.constant('rollout' as const) }),
  fc.record({ kind: fc.constant('controllers' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
)
type Disturbance = typeof disturbance extends fc.Arbitrary<infer T> ? T : never

const call = fc.record({
  goal: fc.constantFrom('replace' as const, 'take-back' as const),
  requests: fc.integer({ min: 1, max: 120 }),
  pause: fc.integer({ min: 0, max: 40 }),
})

const history = fc.record({
  replicas: fc.integer({ min: 1, max: 4 }),
  maxExtra: fc.integer({ min: 1, max: 3 }),
  gates: fc.boolean(),
  readyAfter: fc.integer({ min: 0, max: 30 }),
  jitter: fc.integer({ min: 0, max: 9000 }),
  calls: fc.array(call, { minLength: 1, maxLength: 4 }),
  disturbances: fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), disturbance), { maxLength: 2 }),
  last: fc.constantFrom('replace' as const, 'take-back' as const),
})

/** @param unready names of Pods that have stopped being ready are added to it. */
function happens(cluster: PlayedCluster, one: Disturbance, unready: Set<string>): void {
  if (one.kind === 'scale') cluster.scale(one.replicas)
  else if (one.kind === 'rollout') cluster.startRollout()
  else if (one.kind === 'controllers') {
    cluster.isControlled = false
    const at = cluster.time + one.seconds * 1000
    cluster.events.push({ at, happens: () => Object.assign(cluster, { isControlled: true }) })
  } else {
    const pod = [...cluster.pods.values()][one.index]
    if (pod === undefined) return
    // A Pod that is not ready serves nobody, whatever a handover does.
    cluster.floor -= 1
    unready.add(pod.name)
    Object.assign(pod, { ready: false, broken: true })
    const at = cluster.time + one.seconds * 1000
    cluster.events.push({ at, happens: () => Object.assign(pod, { broken: false }) })
  }
}

test('whatever is killed, disturbed and called again: nothing is lost that the handover could keep, and nothing is left', async () => {
  let tries = 0
  const property = fc.asyncProperty(
    history,
    async ({ calls, disturbances, last, jitter, maxExtra, ...shape }) => {
      tries += 1
      const cluster = new PlayedCluster({
        ...shape,
        jitter: (name) => (Number(name.slice(-3)) * jitter) % 9000,
      })
      const unready = new Set<string>()
      for (const [at, one] of disturbances)
        cluster.events.push({ at: at * 1000, happens: () => happens(cluster, one, unready) })
      for (const { goal, requests, pause } of calls) {
        await killed(cluster, requests, (one) =>
          goal === 'replace' ? replaceAll(one, { maxExtra }) : takeBackAll(one),
        )
        await wait(cluster, pause)
      }
      await (last === 'replace' ? replaceAll(cluster, { maxExtra }) : takeBackAll(cluster))
      await wait(cluster, 300)
      const result = await takeBackAll(cluster)
      expect(result.state).toBe('nothing-to-do')
      expect(cluster.leftovers).toEqual([])
      const alive = [...cluster.pods.values()].filter(({ deleted }) => deleted === undefined)
      expect(alive).toHaveLength(cluster.current.replicas)
      // Scaling and rollouts delete Pods without a hook by themselves, but none that is released. And what is still sent to
      // a Pod that has stopped being ready is lost by its own doing; a ReplicaSet deletes such a Pod first.
      const isOurs = (line: string): boolean =>
        line.endsWith('released') ||
        (!disturbances.some(([, { kind }]) => kind === 'scale' || kind === 'rollout') &&
          ![...unready].some((name) => line.includes(`: ${name} `)))
      expect(cluster.losses.filter(isOurs)).toEqual([])
    },
  )
  await fc.assert(property, { numRuns: runsOf(500) })
  expect(tries).toBeGreaterThanOrEqual(50)
})

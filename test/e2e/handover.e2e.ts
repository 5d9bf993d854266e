import { afterAll, beforeAll, describe, expect } from 'vitest'
import { caseOf, has } from './support/cluster.ts'
import { handover, KILLED, startHandover } from './support/handover.ts'
import { type Interruption, openInterruption } from './support/interruption.ts'
import { createNamespaces, kubectlOk, stored } from './support/kubectl.ts'
import { type LoadBalancerController, startLoadBalancerController } from './support/load-balancer-controller.ts'
import {
  allForgotten,
  allHealthy,
  openRunning,
  podsOf,
  type RunningShop,
  remainsOf,
  type ShopShape,
} from './support/running-shop.ts'
import { INGRESS_CLASS } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/**
 * `slackwater handover` on real Pods: it is killed after each of its changes, and goes on or is undone; the cluster is
 * changed beneath it; it refuses. All the while requests are sent, and none may be lost.
 * The load balancer is faster than one of AWS's, and the sleep shorter.
 */

const NEEDS = ['pods', 'controllers'] as const

/** Milliseconds. */
const PROPAGATION = 4_000
const PACE = { controller: 1_000, healthy: 1_000 } as const
/** More than what the load balancer needs, by 3 s for a loaded machine. Seconds. */
const SLEEP = 8
/** Within which the numbers of a PodDisruptionBudget are to be right again. Milliseconds. */
const SETTLED = 10_000

const namespaces = createNamespaces()
let controller: LoadBalancerController
let slackwater: Slackwater

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  controller = await startLoadBalancerController()
  slackwater = await startSlackwater({ args: ['--controller'], settings: { adopt: 'off' } })
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await unregister()
  await slackwater.stop()
  await controller.stop()
  await namespaces.remove()
})

/** As short as ELB allows. */
const QUICK_HEALTH = {
  'alb.ingress.kubernetes.io/healthcheck-interval-seconds': '5',
  'alb.ingress.kubernetes.io/healthcheck-timeout-seconds': '2',
  'alb.ingress.kubernetes.io/healthy-threshold-count': '2',
}

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

/** Running Pods without a hook, and traffic from now on. */
async function open(shape: ShopShape = {}): Promise<RunningShop> {
  const shop = await openRunning(namespaces, controller, {
    requestsPerSecond: 4,
    propagation: PROPAGATION,
    pace: PACE,
    annotations: { 'slackwater.dev/sleep-seconds': String(SLEEP) },
    health: QUICK_HEALTH,
    ...shape,
  })
  const isLabelled = async () =>
    (await stored(['namespace', shop.namespace])).metadata.labels?.[LABEL] === 'enabled' || undefined
  await waitFor(isLabelled, 60_000, 'the label for readiness gates')
  shop.loadBalancer.begin()
  return shop
}

const of = ({ namespace, target }: RunningShop, ...args: readonly string[]): readonly string[] => [
  target,
  ...['-n', namespace, '-y', ...args],
]

/** What is neither hook nor gate is as it was. */
async function expectAsBefore(shop: RunningShop): Promise<void> {
  const isSettled = async () =>
    JSON.stringify(await remainsOf(shop)) === JSON.stringify(shop.before) || undefined
  await waitFor(isSettled, SETTLED, 'what was there before').catch(() => undefined)
  expect(await remainsOf(shop)).toEqual(shop.before)
}

/** As many were ready as should be, whenever somebody looked, and every request had its answer. */
async function expectNoneLost(shop: RunningShop, replicas = shop.replicas): Promise<void> {
  await allForgotten(shop)
  const traffic = await shop.loadBalancer.end()
  expect(traffic.losses).toEqual([])
  expect(traffic.requests).toBeGreaterThan(0)
  expect(shop.served.looks.filter(({ ready }, look) => look > 0 && ready < replicas)).toEqual([])
}

/** Each has its hook and its gate. */
async function expectProtected({ namespace, replicas }: RunningShop): Promise<void> {
  const pods = (await podsOf(namespace)).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  expect(pods).toHaveLength(replicas)
  for (const pod of pods) {
    expect(protectionOf(pod)).toMatchObject({ sleeps: { app: SLEEP }, recorded: true })
    expect(pod.spec.readinessGates).toHaveLength(1)
  }
}

/** How many changes the program made for two Pods that nobody disturbs: each is a point to end it after. */
let changes: readonly string[] = []

/** After which change it is killed, and how long after. Milliseconds. */
interface Point {
  readonly after: number
  readonly later: number
}

async function killedAt(shop: RunningShop, line: Interruption, { after, later }: Point): Promise<void> {
  const running = startHandover(of(shop), line.kubeconfig)
  line.after(after, later, () => running.kill())
  const { code, err } = await running.ended
  expect({ code, err }).toMatchObject({ code: KILLED })
}

/** What a case does with a shop, and traffic all the while. */
async function withLine(run: (line: Interruption) => Promise<void>): Promise<void> {
  const line = await openInterruption()
  try {
    await run(line)
  } finally {
    await line.close()
  }
}

const killedThenAgain = (point: Point): Promise<void> =>
  withLine(async (line) => {
    const shop = await open()
    await killedAt(shop, line, point)
    await handover(of(shop))
    await expectAsBefore(shop)
    await expectProtected(shop)
    await expectNoneLost(shop)
  })

const killedThenUndone = (point: Point): Promise<void> =>
  withLine(async (line) => {
    const shop = await open()
    await killedAt(shop, line, point)
    await handover(of(shop, '--undo'))
    await expectAsBefore(shop)
    await allHealthy(shop)
    await handover(of(shop))
    await expectAsBefore(shop)
    await expectProtected(shop)
    await expectNoneLost(shop)
  })

caseOf(
  'two Pods without a hook are replaced, and nothing else is changed',
  NEEDS,
  () =>
    withLine(async (line) => {
      const shop = await open()
      const old = await allHealthy(shop)
      await handover(of(shop), line.kubeconfig)
      changes = [...line.writes]
      process.stderr.write(`  ${changes.join(', ')}\n`)
      const names = (await podsOf(shop.namespace)).map(({ metadata }) => metadata.name)
      expect(names.filter((name) => old.includes(name))).toEqual([])
      await expectAsBefore(shop)
      await expectProtected(shop)
      await expectNoneLost(shop)
      await handover(of(shop), line.kubeconfig)
      // Nothing is to be done a second time.
      expect(line.writes).toEqual(changes)
    }),
  180_000,
)

/** So many at the same time: a machine of two cores has no more to give. */
const SIDE_BY_SIDE = 7

/** Every point has its own shop; a failure is told by its point. */
async function atEach(points: readonly Point[], run: (point: Point) => Promise<void>): Promise<void> {
  const failures: string[] = []
  const left = [...points]
  const worker = async (): Promise<void> => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const { after, later } = point
      const name = `after change ${after} of ${changes.length} (${changes[after - 1]}), ${later} ms later`
      await run(point).catch((error: unknown) => failures.push(`${name}: ${messageOf(error)}`))
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
  expect(failures).toEqual([])
}

/** Every change, at once. */
const everyPoint = (): readonly Point[] => changes.map((_, index) => ({ after: index + 1, later: 0 }))

/** In the wait for a replacement, and in the sleep. Milliseconds. */
const WAITS = [1_500, 4_000]

/** Where a program that lives on would wait: it has made its change, and knows it. */
const everyWait = (): readonly Point[] =>
  changes.flatMap((change, index) =>
    change.startsWith('PATCH pods/') ? WAITS.map((later) => ({ after: index + 1, later })) : [],
  )

caseOf(
  'killed after each of its changes, the next call goes on',
  NEEDS,
  async () => {
    expect(changes.length).toBeGreaterThanOrEqual(10)
    await atEach(everyPoint(), killedThenAgain)
  },
  290_000,
)

caseOf(
  'killed after each of its changes, it is undone, and may begin anew',
  NEEDS,
  async () => {
    expect(changes.length).toBeGreaterThanOrEqual(10)
    await atEach(everyPoint(), killedThenUndone)
  },
  290_000,
)

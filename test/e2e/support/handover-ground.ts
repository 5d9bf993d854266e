import { expect } from 'vitest'
import { messageOf } from '../../../src/core/model/thrown.ts'
import { KILLED, startHandover } from './handover.ts'
import { type Interruption, openInterruption } from './interruption.ts'
import { createNamespaces, kubectlOk, stored } from './kubectl.ts'
import { type LoadBalancerController, startLoadBalancerController } from './load-balancer-controller.ts'
import {
  allForgotten,
  isStaying,
  openRunning,
  podsOf,
  type RunningShop,
  remainsOf,
  type ShopShape,
} from './running-shop.ts'
import { INGRESS_CLASS } from './shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './slackwater.ts'
import { protectionOf } from './template.ts'

/**
 * Where `slackwater handover` is tried: shops that run unprotected, requests to them, Slackwater. The load balancer is
 * faster than one of AWS's, and the sleep is shorter.
 */
export interface HandoverGround {
  /** Running Pods without a hook, and requests from now on. */
  open(shape?: ShopShape): Promise<RunningShop>
  stop(): Promise<void>
}

/** Milliseconds. */
const PROPAGATION = 4_000
const PACE = { controller: 1_000, healthy: 1_000 } as const
/** Twice what the load balancer needs: the machine is busy. Seconds. */
export const SLEEP = 10
/** Within which the numbers of a PodDisruptionBudget are to be right again. Milliseconds. */
const SETTLED = 60_000

/** As short as ELB allows. */
const QUICK_HEALTH = {
  'alb.ingress.kubernetes.io/healthcheck-interval-seconds': '5',
  'alb.ingress.kubernetes.io/healthcheck-timeout-seconds': '2',
  'alb.ingress.kubernetes.io/healthy-threshold-count': '2',
}

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

export async function startGround(): Promise<HandoverGround> {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  const namespaces = createNamespaces()
  const controller: LoadBalancerController = await startLoadBalancerController()
  const slackwater: Slackwater = await startSlackwater({ args: ['--controller'], settings: { adopt: 'off' } })
  return {
    open: async (shape = {}) => {
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
      await waitFor(isLabelled, 180_000, 'the label for readiness gates')
      shop.loadBalancer.begin()
      return shop
    },
    stop: async () => {
      await unregister()
      await slackwater.stop()
      await controller.stop()
      await namespaces.remove()
    },
  }
}

/** The command line for a shop. */
export const of = ({ namespace, target }: RunningShop, ...args: readonly string[]): readonly string[] => [
  target,
  ...['-n', namespace, '-y', ...args],
]

/** What is neither hook nor gate is as it was. */
export async function expectAsBefore(shop: RunningShop): Promise<void> {
  const isSettled = async () =>
    JSON.stringify(await remainsOf(shop)) === JSON.stringify(shop.before) || undefined
  await waitFor(isSettled, SETTLED, 'what was there before').catch(() => undefined)
  expect(await remainsOf(shop)).toEqual(shop.before)
}

/** As that, but for what somebody else has changed: a scale counts generations up, a rollout makes a ReplicaSet. */
export async function expectNothingLeft(shop: RunningShop): Promise<void> {
  const { ready, budget, service } = shop.before
  const wanted = { ready, budget, service, handover: [] }
  const found = async () => {
    const now = await remainsOf(shop)
    const handover = now.pods.filter((pod) => pod.includes(ANNOTATION) || pod.includes('nobody'))
    return { ready: now.ready, budget: now.budget, service: now.service, handover }
  }
  const isSettled = async () => JSON.stringify(await found()) === JSON.stringify(wanted) || undefined
  await waitFor(isSettled, SETTLED, 'what was there before').catch(() => undefined)
  expect(await found()).toEqual(wanted)
}

export const ANNOTATION = 'slackwater.dev/handover'

/** As many were ready as should be, whenever somebody looked, and every request had its answer. */
export async function expectNoneLost(shop: RunningShop): Promise<void> {
  await allForgotten(shop)
  const traffic = await shop.loadBalancer.end()
  expect(traffic.losses).toEqual([])
  expect(traffic.requests).toBeGreaterThan(0)
  const from = shop.served.looks.findIndex(({ ready }) => ready === shop.replicas)
  expect(shop.served.looks.slice(from).filter(({ ready }) => ready < shop.replicas)).toEqual([])
}

/** Each has its hook and its gate. */
export async function expectProtected({ namespace, replicas }: RunningShop): Promise<void> {
  const pods = (await podsOf(namespace)).filter(isStaying)
  expect(pods).toHaveLength(replicas)
  for (const pod of pods) {
    expect(protectionOf(pod)).toMatchObject({ sleeps: { app: SLEEP }, recorded: true })
    expect(pod.spec.readinessGates).toHaveLength(1)
  }
}

/** After which change the program is killed, and how many milliseconds after. */
interface Point {
  readonly after: number
  readonly later: number
}

/** @returns whether it was killed: it may come to its end first. */
export async function killed(
  args: readonly string[],
  line: Interruption,
  { after, later }: Point,
): Promise<boolean> {
  const running = startHandover(args, line.kubeconfig)
  line.after(after, later, () => running.kill())
  const { code, err } = await running.ended
  expect([0, KILLED], err).toContain(code)
  return code === KILLED
}

/** In the wait for a replacement, and in the sleep: the first change releases a Pod, the fourth takes it out of its Services. */
export const [IN_WAIT, IN_SLEEP]: readonly [Point, Point] = [
  { after: 1, later: 1_500 },
  { after: 4, later: 2_000 },
]

/** So many at the least are to be reached. */
const FEWEST = 10

/**
 * After each change, whose answer never comes, and in the waits between. Every point has its own shop, side by side; a
 * failure is told by its point.
 * @param changes after so many, one by one.
 * @param run resolves with whether the program was killed.
 */
export async function atEachPoint(changes: number, run: (point: Point) => Promise<boolean>): Promise<void> {
  const numbers = Array.from({ length: changes }, (_, index) => index + 1)
  const points = [...numbers.map((after) => ({ after, later: 0 })), IN_WAIT, IN_SLEEP]
  const failures: string[] = []
  let reached = 0
  const tryOne = async (point: Point): Promise<void> => {
    try {
      if (await run(point)) reached++
    } catch (error) {
      failures.push(`killed ${point.later} ms after change ${point.after}: ${messageOf(error)}`)
    }
  }
  await Promise.all(points.map(tryOne))
  expect(failures).toEqual([])
  expect(reached).toBeGreaterThanOrEqual(FEWEST)
}

export async function withLine<T>(run: (line: Interruption) => Promise<T>): Promise<T> {
  const line = await openInterruption()
  try {
    return await run(line)
  } finally {
    await line.close()
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { caseOf, has } from './support/cluster.ts'
import { followLogs } from './support/container-logs.ts'
import { handover } from './support/handover.ts'
import { createNamespaces, kubectlOk, stored, storedAll } from './support/kubectl.ts'
import type { Traffic } from './support/load-balancer.ts'
import {
  type LoadBalancerController,
  startLoadBalancerController,
} from './support/load-balancer-controller.ts'
import {
  allForgotten,
  allHealthy,
  openRunning,
  podsOf,
  type RunningShop,
  remainsOf,
} from './support/running-shop.ts'
import { INGRESS_CLASS } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/**
 * The whole story on real Pods, told as it happens: applications run unprotected behind an ALB, Slackwater is installed. A
 * rolling update right away loses requests as before; after a handover none does. The load balancer and its controller are played, as slow as the budget allows for: C = 5 s,
 * P = 25 s.
 */

const REPLICAS = 10
/** How early the kubelet may be, by its clock, and how late on a machine that is full. Seconds; a choice. */
const [EARLY, LATE] = [2, 15]
/** Within which the numbers of a PodDisruptionBudget are to be right again. Milliseconds. */
const SETTLED = 60_000
const NEEDS = ['pods', 'controllers'] as const

const say = (line: string): void => void process.stderr.write(`  ${line}\n`)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const namespaces = createNamespaces()
let controller: LoadBalancerController
let slackwater: Slackwater | undefined
/** Opened side by side: one for each case. */
let opened: Promise<RunningShop>[] = []

const open = (): Promise<RunningShop> => openRunning(namespaces, controller, { replicas: REPLICAS })

/** Nobody has used it; a case that is tried once more gets another. */
const nextShop = (): Promise<RunningShop> => opened.shift() ?? open()

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  controller = await startLoadBalancerController()
  opened = Array.from({ length: 2 }, open)
  await Promise.all(opened)
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await unregister()
  await slackwater?.stop()
  await controller.stop()
  await namespaces.remove()
})

/** From the deletion of each old Pod to its SIGTERM, and what the load balancer's clients saw. */
interface Rollout {
  readonly sigterm: readonly number[]
  readonly traffic: Traffic
}

async function restart(name: string, shop: RunningShop): Promise<Rollout> {
  const { namespace, loadBalancer, served } = shop
  const tell = (line: string): void => say(`${name}: ${line}`)
  const old = await allHealthy(shop)
  const logs = await Promise.all(old.map(async (pod) => ({ pod, logs: await followLogs(namespace, pod) })))
  tell('$ kubectl rollout restart deployment/web        20 requests a second')
  loadBalancer.begin()
  await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=300s'])
  await waitFor(() => old.every((pod) => served.deleted.has(pod)) || undefined)
  const ended = await Promise.all(
    logs.map(async ({ pod, logs: followed }) => ({ pod, lines: await followed.end() })),
  )
  const last = Math.max(...old.map((pod) => served.deleted.get(pod) ?? Number.NaN)) + shop.forgotten
  await pause(Math.max(0, last + 1_000 - Date.now()))
  const sigterm = ended.map(({ pod, lines }) => {
    const at = lines.find(({ event }) => event === 'SIGTERM')?.at ?? Number.NaN
    return (at - (served.deleted.get(pod) ?? Number.NaN)) / 1000
  })
  const [first, latest] = [Math.min(...sigterm), Math.max(...sigterm)].map((s) =>
    seconds(Math.max(0, s * 1000)),
  )
  tell(`SIGTERM ${first} to ${latest} after the deletion of a Pod`)
  tell(`the load balancer stopped sending there ${seconds(shop.forgotten)} after it`)
  const traffic = await loadBalancer.end()
  tellTraffic(name, traffic)
  return { sigterm, traffic }
}

function tellTraffic(name: string, { requests, lost }: Traffic): void {
  say(`${name}: ${requests} requests, ${lost} lost (${((100 * lost) / requests).toFixed(1)} %)`)
}

/** @param expected seconds after the deletion. */
function expectSigterm({ sigterm }: Pick<Rollout, 'sigterm'>, expected: number): void {
  for (const after of sigterm) {
    expect(after).toBeGreaterThanOrEqual(expected - EARLY)
    expect(after).toBeLessThanOrEqual(expected + LATE)
  }
}

describe('Slackwater is installed', () => {
  beforeAll(async () => {
    if (!has(...NEEDS)) return
    say('')
    say('Slackwater is installed')
    slackwater = await startSlackwater({ args: ['--controller'] })
  })

  // They wait most of the time: side by side.
  describe.concurrent('the Pods of before have no hook', () => {
    caseOf(
      'a rollout right away loses requests once more: those that leave predate their hook',
      NEEDS,
      async () => {
        const shop = await nextShop()
        await isLabelled(shop)
        const rollout = await restart('right away', shop)
        expectSigterm(rollout, 0)
        expect(rollout.traffic.lost).toBeGreaterThan(0)
        expect(protectionOf(await workloadOf(shop)).sleeps).toEqual({ app: 45 })
        const text = await verdictOf('right away', shop, 'RolloutExposed')
        expect(text).toContain(`${REPLICAS} of ${REPLICAS}`)
      },
      600_000,
    )

    caseOf(
      'after a handover it loses none, and neither does the handover',
      NEEDS,
      async () => {
        const shop = await nextShop()
        await isLabelled(shop)
        await handedOver(shop)
        await rolledOut(shop)
      },
      600_000,
    )
  })
})

/** How long after the end of a rollout its verdict may come. Milliseconds. */
const VERDICT = 120_000

/** The Event about the rollout that has just ended. */
async function verdictOf(name: string, { namespace }: RunningShop, reason: string): Promise<string> {
  const ask = async () =>
    (await storedAll(['events.events.k8s.io', '-n', namespace])).find((event) => event['reason'] === reason)
  const { type, note } = await waitFor(ask, VERDICT, `the Event ${reason}`)
  say(`${name}: ${type} ${reason}: ${note}`)
  return String(note)
}

const workloadOf = ({ namespace }: RunningShop) => stored(['deployment', 'web', '-n', namespace])

const LABEL = 'elbv2.k8s.aws/pod-readiness-gate-inject'

async function isLabelled({ namespace }: RunningShop): Promise<void> {
  const isSet = async () =>
    (await stored(['namespace', namespace])).metadata.labels?.[LABEL] === 'enabled' || undefined
  await waitFor(isSet, 180_000, 'the label for readiness gates')
}

/** Every Pod is replaced, and what is neither hook nor gate is as it was: also the template, so no rollout begins. */
async function handedOver(shop: RunningShop): Promise<void> {
  const { namespace, loadBalancer } = shop
  const old = await allHealthy(shop)
  say(`handover: $ slackwater handover deployment/web --max-extra ${REPLICAS}`)
  loadBalancer.begin()
  const from = Date.now()
  await handover(['deployment/web', '-n', namespace, '-y', '--max-extra', String(REPLICAS)])
  const took = Date.now() - from
  const isSettled = async () =>
    JSON.stringify(await remainsOf(shop)) === JSON.stringify(shop.before) || undefined
  await waitFor(isSettled, SETTLED, 'what was there before').catch(() => undefined)
  expect(await remainsOf(shop)).toEqual(shop.before)
  await allForgotten(shop)
  const traffic = await loadBalancer.end()
  say(`handover: ${old.length} Pods replaced in ${seconds(took)}`)
  tellTraffic('handover', traffic)
  expect(traffic.losses).toEqual([])
  expect(shop.served.looks.filter(({ at, ready }) => at > from && ready < REPLICAS)).toEqual([])
  const pods = await podsOf(namespace)
  expect(pods.filter(({ metadata }) => old.includes(metadata.name))).toEqual([])
  for (const pod of pods) {
    expect(protectionOf(pod)).toMatchObject({ sleeps: { app: 45 }, grace: 75 })
    expect(pod.spec.readinessGates).toHaveLength(1)
  }
}

/** The next change of the template: it gets its hook with that change, so one generation and one ReplicaSet more. */
async function rolledOut(shop: RunningShop): Promise<void> {
  const { sigterm, traffic } = await restart('rollout', shop)
  expectSigterm({ sigterm }, 45)
  expect(traffic.losses).toEqual([])
  // C + max(P, min(D, P + R)) + J = 5 + max(25, min(300, 25 + 10)) + 5 = 45; A = 30, the grace that it had.
  expect(protectionOf(await workloadOf(shop))).toMatchObject({ sleeps: { app: 45 }, grace: 75 })
  const text = await verdictOf('rollout', shop, 'RolloutCovered')
  const all = `${REPLICAS} of ${REPLICAS}`
  expect(text).toContain(`${all} left after 45 s, none cut, gate held ${all}`)
  const { generation, replicaSets } = await remainsOf(shop)
  expect(generation).toBe(shop.before.generation + 1)
  expect(replicaSets).toHaveLength(shop.before.replicaSets.length + 1)
}

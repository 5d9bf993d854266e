import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import type { PlayedRequest } from '../lab/plane/played.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace, run } from './support/kubectl.ts'
import {
  type LoadBalancerController,
  type Served,
  startLoadBalancerController,
} from './support/load-balancer-controller.ts'
import { type MeasuredLoadBalancer, startMeasured } from './support/measured-load-balancer.ts'
import { report } from './support/report.ts'
import { ENV, PORT } from './support/running-shop.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { HIDDEN, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { departuresIn } from './support/verdicts.ts'

/**
 * The whole way of a measurement: real Pods roll, the ledger watches them leave, a load balancer with known numbers sends
 * them real requests and writes its access logs, and the built program finds these numbers. The controller is played: its
 * calls are AWS's client's, to the stand-in of the laboratory (test/lab).
 */

const REPLICAS = 6
/** P, in seconds. */
const PROPAGATION = 12
/** What the played controller waits before its call: as long as the real one in an idle cluster. Milliseconds. */
const PACE = { controller: 800, healthy: 2_000 } as const
/** Above C + P, so that nothing is lost. Seconds. */
const SLEEP = 20
/** How long the logs must go on after a departure, as the estimate wants it (core/measurement/coverage.ts). Milliseconds. */
const AFTER = 30_000
const NEEDS = ['pods', 'controllers'] as const

let slackwater: Slackwater
let controller: LoadBalancerController
const shops: Shop[] = []

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  slackwater = await startSlackwater({ args: ['--controller', '--report-port', '0'] })
  controller = await startLoadBalancerController()
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await unregister()
  await slackwater.stop()
  await controller.stop()
  await Promise.all(shops.map(({ loadBalancer }) => loadBalancer.stop()))
  await Promise.all(shops.map(({ namespace }) => removeNamespace(namespace)))
})

interface Shop {
  readonly namespace: string
  readonly loadBalancer: MeasuredLoadBalancer
  readonly served: Served
}

/** Hidden from the webhook: the Pods are as the case makes them. */
async function openShop(): Promise<Shop> {
  const namespace = await freshNamespace({ ...HIDDEN, 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' })
  const plan = { namespace, port: PORT, requestsPerSecond: 45, propagation: PROPAGATION }
  const loadBalancer = await startMeasured(plan)
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], service(), ingress())
  const served = controller.serve(namespace, loadBalancer.forController, PACE)
  shops.push({ namespace, loadBalancer, served })
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], app({ replicas: REPLICAS, env: ENV }))
  await waitFor(() => served.healthy.size >= REPLICAS || undefined, 300_000, 'healthy targets')
  return { namespace, loadBalancer, served }
}

/** Rolls, and waits until no node sends to those that left, and their connections have timed out. */
async function roll({ namespace, loadBalancer }: Shop, ...change: readonly string[]): Promise<void> {
  const before = loadBalancer.deregistered.size
  await kubectlOk([...change, '-n', namespace])
  await kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=300s'])
  const left = (): boolean => loadBalancer.deregistered.size >= before + REPLICAS
  await waitFor(() => left() || undefined, 120_000, 'the deregistrations')
  await pause(PROPAGATION * 1000 + 1_000)
}

const HOOKED = JSON.stringify({
  spec: {
    template: {
      spec: {
        terminationGracePeriodSeconds: SLEEP + 30,
        containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: SLEEP } } } }],
      },
    },
  },
})

/** As much of `-o json` as the case looks at; docs/measure.md has it all. */
interface MeasureDocument {
  readonly departures: { readonly measured: number }
  readonly loadBalancers: readonly {
    readonly controller?: { readonly max: number }
    readonly propagation?: { readonly n: number; readonly max: number }
    readonly lastRequest?: { readonly max: number }
    readonly losses: Readonly<Record<string, number>>
    readonly lost: readonly { readonly trace: string; readonly pod?: string; readonly cause: string }[]
    readonly unrelated: number
  }[]
}

/** Waits until the ledger has them all, and measures as a user does. */
async function measured(namespace: string, folder: string): Promise<MeasureDocument> {
  const kept = async () => {
    const { rollouts } = await departuresIn(slackwater)
    const own = rollouts.filter(({ workload }) => workload.namespace === namespace)
    return own.length === 2 && own.every(({ ended }) => ended !== undefined) ? true : undefined
  }
  await waitFor(kept, 120_000, 'both rollouts in the ledger')
  writeFileSync(path.join(folder, 'report.json'), (await report(slackwater, '-o', 'json')).out)
  const inputs = ['--access-logs', 'AWSLogs', '--departures', 'report.json', '--lbc-log', 'lbc.log']
  const where = inputs.map((word) => (word.startsWith('--') ? word : path.join(folder, word)))
  const { out, err } = await run(process.execPath, [
    path.resolve('dist/main.js'),
    'measure',
    ...where,
    '-o',
    'json',
  ])
  if (out === '') throw new Error(err)
  return JSON.parse(out) as MeasureDocument
}

/** Without a status of a target: the load balancer's own. */
const isLost = ({ status, targetStatus }: PlayedRequest): boolean =>
  status >= 500 && targetStatus === undefined

const CAUSES: Readonly<Record<number, string>> = { 502: 'reset', 503: 'nobody', 504: 'connect' }

caseOf(
  'a rollout of Pods without a hook and one of Pods with one: C, P and every lost request are found',
  NEEDS,
  async () => {
    const shop = await openShop()
    const { namespace, loadBalancer, served } = shop
    loadBalancer.forController.begin()
    await pause(3_000)
    await roll(shop, 'patch', 'deployment', 'web', '--type=strategic', '-p', HOOKED)
    const between = Date.now()
    await roll(shop, 'rollout', 'restart', 'deployment/web')
    // A departure counts only where the logs go on for a while after it.
    await pause(AFTER - PROPAGATION * 1000)
    const folder = mkdtempSync(path.join(cluster.folder, 'measured-'))
    const requests = await loadBalancer.write(folder)
    const lost = requests.filter(isLost)
    // The Pods of the first rollout died at once, those of the second slept longer than C + P.
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.filter(({ at }) => at > between)).toEqual([])

    const { departures, loadBalancers } = await measured(namespace, folder)
    expect(departures.measured).toBe(2 * REPLICAS)
    expect(loadBalancers).toHaveLength(1)
    const [alb] = loadBalancers
    expect(alb?.propagation?.n).toBe(2 * REPLICAS)
    expect(Math.abs((alb?.propagation?.max ?? 0) - PROPAGATION)).toBeLessThanOrEqual(1)
    // The ledger's times are whole seconds, and those of the played controller are up to a second later.
    const waited = [...loadBalancer.deregistered].map(
      ([pod, at]) => (at - (served.deleted.get(pod) ?? Number.NaN)) / 1000,
    )
    expect(alb?.controller?.max).toBeGreaterThanOrEqual(Math.max(...waited))
    expect(alb?.controller?.max).toBeLessThanOrEqual(Math.max(...waited) + 3)
    const found = alb?.lost.map(({ trace, pod, cause }) => ({ trace, pod, cause })) ?? []
    const podOf = (target = ''): string => `${namespace}/${loadBalancer.pods.get(target.split(':')[0] ?? '')}`
    const played = lost.map(({ trace, target, status }) => ({
      trace,
      pod: podOf(target),
      cause: CAUSES[status],
    }))
    const byTrace = (a: { readonly trace: string }, b: { readonly trace: string }): number =>
      a.trace < b.trace ? -1 : 1
    expect(found.toSorted(byTrace)).toEqual(played.toSorted(byTrace))
    expect(alb?.unrelated).toBe(0)
  },
  600_000,
)

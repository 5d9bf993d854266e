import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { caseOf } from './support/cluster.ts'
import { followLogs } from './support/container-logs.ts'
import { freshNamespace, kubectlOk, removeNamespace, stored, storedAll } from './support/kubectl.ts'
import { createLoadBalancer, type LoadBalancer, type Traffic } from './support/load-balancer.ts'
import {
  CONTROLLER,
  type LoadBalancerController,
  type Served,
  startLoadBalancerController,
} from './support/load-balancer-controller.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'

/**
 * The whole story on real Pods, told as it happens: a rolling update behind an ALB without Slackwater and with it.
 * The load balancer and its controller are played, as slow as the budget allows for: C = 5 s, P = 25 s.
 */

/** P of the budget for an ALB, its default. Milliseconds. */
const PROPAGATION = 25_000
const PORT = 8080
const REQUESTS_PER_SECOND = 20
/** How exactly the kubelet keeps a time on a loaded machine. Seconds. */
const TOLERANCE = 2

const say = (line: string): void => void process.stderr.write(`  ${line}\n`)
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const namespaces: string[] = []
let controller: LoadBalancerController
let slackwater: Slackwater | undefined

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  controller = await startLoadBalancerController()
})
afterAll(async () => {
  await unregister()
  await slackwater?.stop()
  await controller.stop()
  await Promise.all(namespaces.map(removeNamespace))
})

interface Shop {
  readonly namespace: string
  readonly loadBalancer: LoadBalancer
  readonly served: Served
}

/** `kubectl apply -f all.yaml`: the Deployment first, its Ingress last. */
async function open(): Promise<Shop> {
  const namespace = await freshNamespace()
  namespaces.push(namespace)
  const loadBalancer = createLoadBalancer({
    namespace,
    port: PORT,
    requestsPerSecond: REQUESTS_PER_SECOND,
    propagation: PROPAGATION,
  })
  const served = controller.serve(namespace, loadBalancer)
  say('$ kubectl apply -f all.yaml        Deployment, Service, Ingress')
  const objects = [app({ env: { NAME: 'app', PORT: String(PORT) } }), service(), ingress()]
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], ...objects)
  return { namespace, loadBalancer, served }
}

const rolledOut = (namespace: string) =>
  kubectlOk(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=120s'])

/** The Pods that are to stay. */
async function podsOf(namespace: string): Promise<readonly string[]> {
  const pods = await storedAll(['pods', '-n', namespace, '-l', 'app=web'])
  return pods
    .filter(({ metadata }) => !('deletionTimestamp' in metadata))
    .map(({ metadata }) => metadata.name)
}

async function allHealthy({ namespace, served }: Shop): Promise<readonly string[]> {
  const pods = await podsOf(namespace)
  await waitFor(() => pods.every((pod) => served.healthy.has(pod)) || undefined, 60_000, 'healthy targets')
  return pods
}

/** From the deletion of each old Pod to its SIGTERM, and what the load balancer's clients saw. */
interface Rollout {
  readonly sigterm: readonly number[]
  readonly traffic: Traffic
}

/** Until the last node has forgotten the last Pod that was deleted, and a second more. */
async function allForgotten({ served }: Shop): Promise<void> {
  const forgotten = Math.max(0, ...served.deleted.values()) + CONTROLLER + PROPAGATION
  await pause(Math.max(0, forgotten + 1_000 - Date.now()))
}

async function restart(shop: Shop): Promise<Rollout> {
  const { namespace, loadBalancer, served } = shop
  const old = await allHealthy(shop)
  // Those of before an adoption, which nobody has sent to yet.
  await allForgotten(shop)
  const logs = await Promise.all(old.map(async (pod) => ({ pod, logs: await followLogs(namespace, pod) })))
  say(`$ kubectl rollout restart deployment/web        ${REQUESTS_PER_SECOND} requests a second`)
  loadBalancer.begin()
  await kubectlOk(['rollout', 'restart', 'deployment/web', '-n', namespace])
  await rolledOut(namespace)
  await waitFor(() => old.every((pod) => served.deleted.has(pod)) || undefined)
  const ended = await Promise.all(
    logs.map(async ({ pod, logs: followed }) => ({ pod, lines: await followed.end() })),
  )
  await allForgotten(shop)
  const deletedAt = (pod: string): number => served.deleted.get(pod) ?? Number.NaN
  const sigterm = ended.map(({ pod, lines }) => {
    const at = lines.find(({ event }) => event === 'SIGTERM')?.at ?? Number.NaN
    say(`Pod ${pod}: SIGTERM ${seconds(Math.max(0, at - deletedAt(pod)))} after its deletion`)
    return (at - deletedAt(pod)) / 1000
  })
  say(`the load balancer stopped sending there ${seconds(CONTROLLER + PROPAGATION)} after the deletion`)
  const traffic = await loadBalancer.end()
  const share = ((100 * traffic.lost) / traffic.requests).toFixed(1)
  say(`${traffic.requests} requests, ${traffic.lost} lost (${share} %)`)
  return { sigterm, traffic }
}

caseOf(
  'before: a rolling update loses requests',
  ['pods', 'controllers'],
  async () => {
    say('')
    say('Without Slackwater')
    const shop = await open()
    await rolledOut(shop.namespace)
    const { sigterm, traffic } = await restart(shop)
    for (const after of sigterm) expect(Math.abs(after)).toBeLessThanOrEqual(TOLERANCE)
    expect(traffic.requests).toBeGreaterThan(0)
    expect(traffic.lost).toBeGreaterThan(0)
  },
  180_000,
)

caseOf(
  'after: the same rolling update loses none',
  ['pods', 'controllers'],
  async () => {
    say('')
    say('With Slackwater')
    slackwater = await startSlackwater({ args: ['--controller'] })
    const shop = await open()
    const { namespace } = shop
    const workload = () => stored(['deployment', 'web', '-n', namespace])
    const isAdopted = async () => protectionOf(await workload()).recorded || undefined
    await waitFor(isAdopted, 60_000, 'the adoption')
    const label = 'elbv2.k8s.aws/pod-readiness-gate-inject'
    const { labels } = (await stored(['namespace', namespace])).metadata
    say(`namespace label   ${label}=${labels?.[label]}`)
    expect(labels?.[label]).toBe('enabled')
    const { sleeps, grace } = protectionOf(await workload())
    say(`Pod template      preStop sleep ${sleeps['app']} s, grace period ${grace} s`)
    // C + max(P, min(D, P + R)) + J = 5 + max(25, min(300, 25 + 10)) + 5 = 45; A = 30, the grace that it had.
    expect({ sleeps, grace }).toEqual({ sleeps: { app: 45 }, grace: 75 })
    await rolledOut(namespace)
    for (const pod of await allHealthy(shop)) {
      const gate = await gateOf(namespace, pod)
      say(`readiness gate    ${gate?.type}`)
      say(`                  ${gate?.status} on ${pod}`)
      expect(gate).toMatchObject({ status: 'True' })
    }
    const { sigterm, traffic } = await restart(shop)
    for (const after of sigterm) expect(Math.abs(after - 45)).toBeLessThanOrEqual(TOLERANCE)
    // As long as the old Pods sleep, at the least; a machine that is busy may send some fewer.
    expect(traffic.requests).toBeGreaterThan(45 * REQUESTS_PER_SECOND * 0.8)
    expect(traffic.lost).toBe(0)
  },
  300_000,
)

interface Condition {
  readonly type: string
  readonly status: string
}

/** The condition that the Pod's readiness gate waits for. */
async function gateOf(namespace: string, pod: string): Promise<Condition | undefined> {
  const { spec, status } = await stored<{
    readonly spec: { readonly readinessGates?: readonly { readonly conditionType: string }[] }
    readonly status: { readonly conditions: readonly Condition[] }
  }>(['pod', pod, '-n', namespace])
  const [gate] = spec.readinessGates ?? []
  return status.conditions.find(({ type }) => type === gate?.conditionType)
}

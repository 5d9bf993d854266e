import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { SERVER_IMAGE } from './cluster/images.ts'
import { call, inLanes, pathOf } from './support/api.ts'
import { caseOf, has } from './support/cluster.ts'
import { freshNamespace, kubectl, kubectlOk, storedAll } from './support/kubectl.ts'
import { type WatchedPod, watchPods } from './support/pod-watch.ts'
import { INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater, waitFor } from './support/slackwater.ts'
import { departuresIn } from './support/verdicts.ts'

/**
 * A large cluster in which many Pods leave at a time. Its Pods are real to the API server and to the ReplicaSets; their
 * node has no kubelet, so the test writes their status, and removes them, as a kubelet does.
 */

/** As many workloads as there are departures: one Pod of each leaves, and the other serves on. */
const DEPARTURES = 1_000
const REPLICAS = 2
const NAMESPACES = 20
const NEEDS = ['controllers'] as const
/** Milliseconds. */
const SPAN = 60_000

/** Seconds: what the Pods' annotation asks for, and their hook does. */
const SLEEP = 2

const NODE = 'e2e-without-kubelet'
const GATE = 'target-health.elbv2.k8s.aws/k8s-many'
const LABELS = { tier: 'web' } as const
const REPLICA_SETS = { apiVersion: 'apps/v1', plural: 'replicasets' } as const
const PODS = { apiVersion: 'v1', plural: 'pods' } as const

const say = (line: string): void => void process.stderr.write(`  ${line}\n`)
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

let namespaces: readonly string[] = []
let beat: NodeJS.Timeout | undefined
let unwatch = (): void => undefined
let slackwater: Slackwater | undefined
/** By uid. */
const pods = new Map<string, WatchedPod>()
let onPod: (pod: WatchedPod) => void = () => undefined

/** What another file has left to end would be counted too, in whatever way its Pods end. */
async function isAlone(): Promise<true | undefined> {
  const pods = await storedAll<WatchedPod>(['pods', '--all-namespaces'])
  const isLeft = ({ metadata: { namespace, deletionTimestamp } }: WatchedPod): boolean =>
    deletionTimestamp !== undefined || namespace.startsWith('e2e-')
  return !pods.some(isLeft) || undefined
}

beforeAll(async () => {
  if (!has(...NEEDS)) return
  await waitFor(isAlone, 600_000, 'the end of the Pods of other files')
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODE },
  })
  await heartbeat()
  beat = setInterval(() => void heartbeat().catch(() => undefined), 10_000)
  namespaces = await Promise.all(numbers(NAMESPACES).map(() => freshNamespace()))
  for (const namespace of namespaces) {
    const front = { ...service('web'), spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] } }
    await kubectlOk(['apply', '-n', namespace, '-f', '-'], front, ingress('web'))
  }
  unwatch = watchPods({ labels: 'tier=web' }, ({ type, object }) => {
    if (type === 'DELETED') pods.delete(object.metadata.uid)
    else pods.set(object.metadata.uid, object)
    if (type === 'ADDED') onPod(object)
  })
  await inLanes(numbers(DEPARTURES), async (index) => {
    const namespace = namespaces[index % NAMESPACES] ?? ''
    const answer = await call({
      method: 'POST',
      path: pathOf(REPLICA_SETS, namespace),
      body: workload(index),
    })
    expect(answer.status).toBe(201)
  })
  await waitFor(() => pods.size >= DEPARTURES * REPLICAS || undefined, 600_000, 'all Pods')
}, 1_500_000)

afterAll(async () => {
  if (!has(...NEEDS)) return
  unwatch()
  clearInterval(beat)
  await slackwater?.stop()
  // Without a kubelet nobody removes them; Pods of a node that does not exist are collected.
  await kubectl(['delete', 'node', NODE, '--wait=false'])
  for (const namespace of namespaces) {
    const query = { gracePeriodSeconds: '0' }
    await call({
      method: 'DELETE',
      path: pathOf(REPLICA_SETS, namespace),
      // Orphans would be patched one by one first, and made anew meanwhile.
      query: { propagationPolicy: 'Background' },
    })
    await call({ method: 'DELETE', path: pathOf(PODS, namespace), query })
  }
  await kubectlOk(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait'])
}, 600_000)

/** Without it the node would be taken for gone, and its Pods be taken off. */
async function heartbeat(): Promise<void> {
  const now = new Date().toISOString()
  const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now }
  await call({
    method: 'PATCH',
    path: `/api/v1/nodes/${NODE}/status`,
    contentType: 'application/strategic-merge-patch+json',
    body: { status: { conditions: [condition] } },
  })
}

const workload = (index: number) => {
  const labels = { ...LABELS, app: `app-${index}` }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `app-${index}` },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: { app: `app-${index}` } },
      template: {
        metadata: {
          labels,
          annotations: {
            'slackwater.dev/sleep-seconds': String(SLEEP),
            'slackwater.dev/shutdown-seconds': '5',
          },
        },
        spec: {
          nodeName: NODE,
          tolerations: [{ operator: 'Exists' }],
          automountServiceAccountToken: false,
          readinessGates: [{ conditionType: GATE }],
          containers: [
            { name: 'app', image: SERVER_IMAGE, lifecycle: { preStop: { sleep: { seconds: SLEEP } } } },
          ],
        },
      },
    },
  }
}

const timestamp = (): string => new Date().toISOString().replace(/\.\d+/, '')

async function written({ metadata }: WatchedPod, status: object): Promise<void> {
  await call({
    method: 'PATCH',
    path: `${pathOf(PODS, metadata.namespace, metadata.name)}/status`,
    contentType: 'application/strategic-merge-patch+json',
    body: { status },
  })
}

const container = (state: object, ready: boolean) => [
  { name: 'app', ready, restartCount: 0, image: SERVER_IMAGE, imageID: SERVER_IMAGE, state },
]

function serve(pod: WatchedPod): Promise<void> {
  const since = { status: 'True', lastTransitionTime: timestamp() }
  return written(pod, {
    phase: 'Running',
    podIP: '10.9.9.9',
    conditions: ['ContainersReady', GATE, 'Ready'].map((type) => ({ type, ...since })),
    containerStatuses: container({ running: { startedAt: timestamp() } }, true),
  })
}

/** As the traces in test/fixtures/departures have it: deleted, its end written, removed. */
async function leave(pod: WatchedPod): Promise<void> {
  const path = pathOf(PODS, pod.metadata.namespace, pod.metadata.name)
  await call({ method: 'DELETE', path })
  await pause((SLEEP + 1) * 1_000)
  const state = { terminated: { exitCode: 0, reason: 'Completed', finishedAt: timestamp() } }
  await written(pod, { phase: 'Succeeded', containerStatuses: container(state, false) })
  await call({ method: 'DELETE', path, query: { gracePeriodSeconds: '0' } })
}

/** The only one: that of a try before may still lead. */
async function started(): Promise<Slackwater> {
  await slackwater?.stop()
  slackwater = await startSlackwater({ args: ['--controller', '--report-port', '0'], registers: false })
  return slackwater
}

caseOf(
  'a thousand departures in a minute: none is missed',
  NEEDS,
  async () => {
    const leader = await started()
    const isFollowing = async () =>
      (await departuresIn(leader)).followed >= DEPARTURES * REPLICAS || undefined
    await waitFor(isFollowing, 300_000, 'that all Pods are followed')
    // One of each leaves, and one serves on.
    const standing = [...pods.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    const groups = [...Map.groupBy(standing, ({ metadata }) => metadata.labels?.['app']).values()]
    const pairs = groups.slice(0, DEPARTURES).map(([leaving, other]) => ({ leaving, other }))
    await inLanes(
      pairs.flatMap(({ leaving, other }) => [leaving, other]),
      async (pod) => {
        if (pod !== undefined) await serve(pod)
      },
    )
    onPod = (pod) => void serve(pod).catch(() => undefined)
    await pause(2_000)
    const cpu = async () => (await leader.metric('process_cpu_seconds_total')) ?? Number.NaN
    const [from, used] = [performance.now(), await cpu()]
    const leaving = pairs.map(async ({ leaving: pod }, index) => {
      await pause((index * SPAN) / DEPARTURES)
      if (pod !== undefined) await leave(pod)
    })
    await Promise.all(leaving)
    const [span, spent] = [(performance.now() - from) / 1_000, (await cpu()) - used]
    say(
      `${DEPARTURES} departures in ${span.toFixed(0)} s: ${spent.toFixed(2)} s of CPU time, ${((100 * spent * 1_000) / SPAN).toFixed(1)} % of a core for a minute`,
    )
    let outcomes = (await departuresIn(leader)).outcomes
    const isComplete = async () => {
      outcomes = (await departuresIn(leader)).outcomes
      await pause(2_000)
      return outcomes.covered + outcomes.exposed + outcomes.unknown >= DEPARTURES || undefined
    }
    await waitFor(isComplete, 240_000, 'all departures').catch(() => undefined)
    expect(outcomes).toEqual({ covered: DEPARTURES, exposed: 0, unknown: 0 })
  },
  900_000,
)

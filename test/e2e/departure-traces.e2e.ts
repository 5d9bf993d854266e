import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { nodesIn, stopNode } from './cluster/node.ts'
import { caseOf, cluster } from './support/cluster.ts'
import { followLogs } from './support/container-logs.ts'
import {
  ask,
  deletePod,
  evict,
  type Leaver,
  leaver,
  onePodOf,
  type PodName,
  rolledOut,
} from './support/departing.ts'
import { readTrace, shapeOf, type Trace, traceOf, writeTrace } from './support/departure-traces.ts'
import { freshNamespace, kubectlOk, removeNamespace } from './support/kubectl.ts'
import { type WatchEvent, watchPods } from './support/pod-watch.ts'
import { addNode, NODES } from './support/second-node.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/**
 * What somebody who watches Pods is told when one leaves, in every way there is, by a real kubelet and API server. The
 * ledger is tested with these traces (test/fixtures/departures), and this says whether they are still what happens.
 * SLACKWATER_RECORD=1 writes them anew.
 */

const isRecording = process.env['SLACKWATER_RECORD'] === '1'

const [FIRST, SECOND] = NODES
let slackwater: Slackwater
let namespace: string
const watched: WatchEvent[] = []
let unwatch: () => void
let version: string

beforeAll(async () => {
  slackwater = await startSlackwater()
  namespace = await freshNamespace()
  unwatch = watchPods({ namespace }, (event) => watched.push(event))
  const { out } = await kubectlOk(['version', '-o', 'json'])
  version = (JSON.parse(out) as { readonly serverVersion: { readonly gitVersion: string } }).serverVersion
    .gitVersion
})
afterAll(async () => {
  unwatch()
  await unregister()
  await slackwater.stop()
  await removeNamespace(namespace)
})

interface Played {
  readonly what: string
  readonly shape?: Omit<Leaver, 'name'>
  readonly leave: (pod: PodName) => Promise<unknown>
}

const behind = (sleep: number, more: Readonly<Record<string, string>> = {}) => ({
  'slackwater.dev/assume': 'alb-ip',
  'slackwater.dev/sleep-seconds': String(sleep),
  ...more,
})

/** Milliseconds. */
const [ONE, TWO] = [1_000, 2_000] as const

const then = (wait: number, next: (pod: PodName) => Promise<unknown>) => async (pod: PodName) => {
  await deletePod(pod)
  await pause(wait)
  await next(pod)
}

/** Whose priority is higher. */
const OTHER = 'other'

const CASES: Readonly<Record<string, Played>> = {
  'sleep-then-sigterm': {
    what: 'kubectl delete pod',
    shape: { annotations: behind(3) },
    leave: (pod) => deletePod(pod),
  },
  'no-hook': { what: 'kubectl delete pod, without Slackwater', leave: (pod) => deletePod(pod) },
  'own-hook': {
    what: 'kubectl delete pod; a hook of its own sleeps for 2 s, 45 are needed',
    shape: {
      annotations: { 'slackwater.dev/assume': 'alb-ip' },
      container: { lifecycle: { preStop: { sleep: { seconds: 2 } } } },
    },
    leave: (pod) => deletePod(pod),
  },
  'grace-cut': {
    what: 'kubectl delete pod --grace-period=3, with a sleep of 10 s',
    shape: { annotations: behind(10) },
    leave: (pod) => deletePod(pod, '--grace-period=3'),
  },
  'delete-now': {
    what: 'kubectl delete pod --now, with a sleep of 10 s',
    shape: { annotations: behind(10) },
    leave: (pod) => deletePod(pod, '--now'),
  },
  'second-delete': {
    what: 'kubectl delete pod, with a sleep of 8 s; 2 s later once more with --grace-period=2',
    shape: { annotations: behind(8) },
    leave: then(TWO, (pod) => deletePod(pod, '--grace-period=2')),
  },
  forced: {
    what: 'kubectl delete pod --force --grace-period=0, with a sleep of 5 s',
    shape: { annotations: behind(5) },
    leave: (pod) => deletePod(pod, '--force', '--grace-period=0'),
  },
  'forced-later': {
    what: 'kubectl delete pod, with a sleep of 6 s; 2 s later once more with --force --grace-period=0',
    shape: { annotations: behind(6) },
    leave: then(TWO, (pod) => deletePod(pod, '--force', '--grace-period=0')),
  },
  'ignores-sigterm': {
    what: 'kubectl delete pod, with a sleep of 3 s and a grace period of 5; the container ignores SIGTERM',
    shape: {
      grace: 5,
      annotations: behind(3, { 'slackwater.dev/shutdown-seconds': '2' }),
      env: { LINGER_SECONDS: '60' },
    },
    leave: (pod) => deletePod(pod),
  },
  lingers: {
    what: 'kubectl delete pod, with a sleep of 3 s; the container ends 2 s after SIGTERM',
    shape: { annotations: behind(3), env: { LINGER_SECONDS: '2' } },
    leave: (pod) => deletePod(pod),
  },
  'out-of-memory': {
    what: 'kubectl delete pod, with a sleep of 8 s; a second later the container runs out of memory',
    shape: { annotations: behind(8), container: { resources: { limits: { memory: '48Mi' } } } },
    leave: then(ONE, (pod) => ask(pod, 'allocate')),
  },
  'ends-by-itself': {
    what: 'kubectl delete pod, with a sleep of 8 s; a second later the container ends with code 3',
    shape: { annotations: behind(8) },
    leave: then(ONE, (pod) => ask(pod, 'exit')),
  },
  evicted: { what: 'an eviction', shape: { annotations: behind(3) }, leave: (pod) => evict(pod) },
  'evicted-shorter': {
    what: 'an eviction with a grace period of 2 s, with a sleep of 8 s',
    shape: { annotations: behind(8) },
    leave: (pod) => evict(pod, 2),
  },
  'hook-fails': {
    what: 'kubectl delete pod; the hook is a program that is not in the image',
    shape: { container: { lifecycle: { preStop: { exec: { command: ['/bin/sleep', '5'] } } } } },
    leave: (pod) => deletePod(pod),
  },
  preempted: {
    what: 'a Pod of a higher priority takes its place',
    shape: {
      replicas: 1,
      annotations: behind(3),
      container: { resources: { limits: { 'example.com/slot': '1' } } },
    },
    leave: async () => {
      const priority = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 1_000 }
      const other = leaver({
        name: OTHER,
        replicas: 1,
        pod: { priorityClassName: 'e2e-higher' },
        container: { resources: { limits: { 'example.com/slot': '1' } } },
      })
      const metadata = { name: 'e2e-higher' }
      await kubectlOk(['apply', '-n', namespace, '-f', '-'], { ...priority, metadata }, other)
    },
  },
}

describe.concurrent('a Pod leaves', () => {
  for (const [name, played] of Object.entries(CASES))
    caseOf(name, ['pods', 'controllers'], () => playHere(name, played), 400_000)
})

async function playHere(name: string, played: Played): Promise<void> {
  // Of a try before.
  await forget(name)
  if (name === 'preempted') await offerSlot()
  await begin(name, played)
  const pod = await onePodOf(namespace, name)
  const logs = await followLogs(namespace, pod.pod)
  await played.leave(pod)
  await gone(name, pod.pod)
  const lines = await logs.end()
  const timeOf = (wanted: string) => lines.find(({ event }) => event === wanted)?.at
  await kept(name, played.what, pod.pod, { sigterm: timeOf('SIGTERM'), exit: timeOf('exit') })
}

/** Whoever comes for a Pod has the place of the next. */
const forget = (...names: readonly string[]) =>
  kubectlOk([
    ...['delete', 'deployment', ...names, ...(names.includes('preempted') ? [OTHER] : [])],
    ...['-n', namespace, '--ignore-not-found'],
  ])

/** A resource of which there is one, so that two Pods cannot both have it. */
const offerSlot = () =>
  kubectlOk([
    ...['patch', 'node', FIRST, '--subresource=status', '--type=json', '-p'],
    JSON.stringify([{ op: 'add', path: '/status/capacity/example.com~1slot', value: '1' }]),
  ])

async function begin(name: string, { shape }: Pick<Played, 'shape'>): Promise<void> {
  await kubectlOk(['apply', '-n', namespace, '-f', '-'], leaver({ name, ...shape }))
  await rolledOut(namespace, name)
}

/** Until it is gone, and whoever comes for it is ready. Milliseconds. */
async function gone(name: string, pod: string, within = 180_000): Promise<void> {
  const isGone = () =>
    eventsOf(name).some(({ type, object }) => type === 'DELETED' && object.metadata.name === pod) || undefined
  await waitFor(isGone, within, `the end of ${pod}`)
  // Nothing comes for one whose place is taken.
  if (name !== 'preempted') await rolledOut(namespace, name)
  await pause(ONE)
}

const eventsOf = (app: string): readonly WatchEvent[] =>
  watched.filter(({ object }) => object.metadata.labels?.['app'] === app)

async function kept(name: string, what: string, left: string, seen: Trace['seen']): Promise<void> {
  const trace = traceOf(
    { what, kubernetes: version, left, seen, failedPreStopHook: await failedHooks(left) },
    eventsOf(name),
  )
  if (isRecording) writeTrace(name, trace)
  const before = readTrace(name)
  expect(shapeOf(trace)).toEqual(
    before === undefined ? 'a trace in test/fixtures/departures' : shapeOf(before),
  )
}

async function failedHooks(pod: string): Promise<readonly string[]> {
  const about = `involvedObject.name=${pod},reason=FailedPreStopHook`
  const { out } = await kubectlOk(['get', 'events', '-n', namespace, '--field-selector', about, '-o', 'json'])
  return (JSON.parse(out) as { readonly items: readonly { readonly message: string }[] }).items.map(
    ({ message }) => message,
  )
}

/** Where there is room, on the second node. */
const onSecond = (more: Readonly<Record<string, unknown>> = {}) => ({
  ...more,
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          preference: {
            matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [SECOND] }],
          },
        },
      ],
    },
  },
})

const ON_SECOND = {
  tainted: { what: 'kubectl taint node NODE e2e=gone:NoExecute', pod: onSecond() },
  'node-gone': {
    what: 'the node stops and is deleted; nobody tells what became of the Pod',
    pod: onSecond({ tolerations: [{ operator: 'Exists' }] }),
  },
  'node-gone-leaving': {
    what: 'kubectl delete pod; during its sleep the node stops and is deleted',
    pod: onSecond({ tolerations: [{ operator: 'Exists' }] }),
  },
} as const

/** Pods of a node that is no longer there are collected after 40 s, looked for every 20 (pod garbage collector). */
const COLLECTED = 240_000

caseOf(
  'a node goes',
  ['pods', 'controllers'],
  async () => {
    const names = Object.keys(ON_SECOND) as (keyof typeof ON_SECOND)[]
    // Of a try before.
    await forget(...names)
    await stopNode(nodesIn(cluster.folder)[0])
    await kubectlOk(['delete', 'node', SECOND, '--ignore-not-found'])
    await addNode()
    const pods = new Map<string, PodName>()
    for (const name of names) {
      await begin(name, {
        shape: { annotations: behind(name === 'tainted' ? 3 : 30), pod: ON_SECOND[name].pod },
      })
      pods.set(name, await onePodOf(namespace, name))
    }
    await kubectlOk(['taint', 'node', SECOND, 'e2e=gone:NoExecute'])
    await gone('tainted', pods.get('tainted')?.pod ?? '')
    await deletePod(pods.get('node-gone-leaving') ?? { namespace, pod: '' })
    await pause(TWO)
    await stopNode(nodesIn(cluster.folder)[0])
    await kubectlOk(['delete', 'node', SECOND])
    for (const name of names) {
      const left = pods.get(name)?.pod ?? ''
      await gone(name, left, COLLECTED)
      await kept(name, ON_SECOND[name].what, left, {})
    }
  },
  900_000,
)

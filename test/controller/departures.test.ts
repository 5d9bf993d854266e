import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Timing } from '../../src/cluster/reflector.ts'
import { createDepartures } from '../../src/controller/departures.ts'
import { createLedger } from '../../src/core/departures/create-ledger.ts'
import type { LedgerEvent } from '../../src/core/departures/event.ts'
import type { Ledger, News } from '../../src/core/departures/ledger.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { SYSTEM_CLOCK } from '../../src/pacing/clock.ts'
import { apiAt, EVENTS, FakeApiServer, PODS } from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'
import { GATE, type PodState, podOf, START, timeAt } from './shop-pods.ts'

/**
 * The leader follows Pods: what the ledger is told of those behind the Ingress `web` of namespace `shop`. S = 5 + 25 + 10
 * + 5 = 45 and G = 45 + 30 = 75 (design: all defaults, ip × ALB).
 */

const NEED = { sleep: 45, grace: 75, gated: true }
const WORKLOAD = { kind: 'Deployment', namespace: 'shop', name: 'web' }

/** Failures are retried soon, and a watch that hears nothing for this long is not broken off. */
const TIMING: Timing = { watch: 60_000, silence: 60_000, absent: 50, firstRetry: 5, longestRetry: 20 }

let server: FakeApiServer
let port: number
let inventory: Inventory
let doubt: string | undefined
let term: AbortController
/** How far the monotonic clock is ahead. Milliseconds. */
let later: number
let told: LedgerEvent[]
let lines: { readonly problem: string; readonly what: string }[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.replays = true
  server.serve(PODS, EVENTS)
  port = await server.start()
  inventory = createInventory({ ...settingsWith({}), fromFiles: false })
  doubt = undefined
  later = 0
  term = new AbortController()
  told = []
  lines = []
  for (const object of [INGRESS_CLASS, service('web'), ingress('web'), DEPLOYMENT]) keep(object)
})
afterEach(async () => {
  term.abort()
  await server.stop()
})

const keep = (object: object): void => void keepIn(inventory, object)

const INGRESS_CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
})

const ingress = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: 'shop', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
})

/** D = 5. */
function quickIngress() {
  const delay = {
    'alb.ingress.kubernetes.io/target-group-attributes': 'deregistration_delay.timeout_seconds=5',
  }
  const { metadata, ...rest } = ingress('web')
  return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...delay } } }
}

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-of-web', creationTimestamp: timeAt(0) },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'app:1' }] },
    },
  },
}

/** Notes what it is told. */
const listening = (): Ledger => ({
  take: (event) => {
    told.push(event)
    return { departures: [], rollouts: [], gatesPassed: [] }
  },
  isBehind: false,
  view: () => createLedger().view(),
})

interface Started {
  readonly settings?: Partial<Settings>
  readonly newLedger?: () => Ledger
  readonly onNews?: (news: News) => void
}

function departures({ settings = {}, newLedger = listening, onNews = () => undefined }: Started = {}) {
  const log = { warn: ({ problem }: { problem: string }, what: string) => lines.push({ problem, what }) }
  return createDepartures({
    api: apiAt(port),
    live: {
      doubt: () => doubt,
      exposuresOf: (selection) =>
        doubt === undefined ? inventory.exposuresOf(selection) : { exposures: [] },
      readInSteps: (selection) => inventory.readInSteps(selection),
      namespace: (name) => inventory.namespace(name),
      workload: (ref) => inventory.workload(ref),
      autoscaled: (ref) => inventory.autoscaled(ref),
      objects: inventory.objects,
    },
    settings: settingsWith(settings),
    newLedger,
    onNews,
    clock: { ...SYSTEM_CLOCK, now: () => SYSTEM_CLOCK.now() + later },
    random: () => 0,
    log: log as never,
    timing: TIMING,
  })
}

const put = (name: string, state: PodState = {}): void => server.put(PODS, podOf(name, state))
const gone = (name: string, namespace = 'shop'): void => server.remove(PODS, name, namespace)
const until = (holds: () => void) => vi.waitFor(holds, { timeout: 40_000, interval: 5 })

/** Of one Pod, what was told, in order; `kinds`: of all. */
const of = (name: string) =>
  told.filter(
    (event) =>
      (event.kind === 'pod' && event.pod.ref.name === name) ||
      ('uid' in event && event.uid === `uid-of-${name}`),
  )
const kinds = () => told.map(({ kind }) => kind)

/** Begins, and waits for the first list and for the watches. */
async function following(started: Started = {}): Promise<ReturnType<typeof createDepartures>> {
  const loop = departures(started)
  await loop.tick(term.signal)
  await until(() => expect(server.watching(PODS)).toBe(true))
  await loop.tick(term.signal)
  await until(() => expect(server.watching(EVENTS) || server.refused.has(EVENTS)).toBe(true))
  return loop
}

describe('what is told of a Pod', () => {
  test('what is there at first, with its need and its workload, and that the list is complete', async () => {
    put('web-6d4b-a')
    await following()
    expect(told.slice(0, 2)).toMatchObject([
      { kind: 'pod', need: NEED, pod: { workload: WORKLOAD, revision: '6d4b', ready: START + 30_000 } },
      { kind: 'listed', uids: new Set(['uid-of-web-6d4b-a']) },
    ])
  })

  test('its deletion, its end, and that it is gone, each with its last state', async () => {
    put('web-6d4b-a')
    await following()
    const deleted = { second: 100, grace: 75 }
    put('web-6d4b-a', { deleted })
    put('web-6d4b-a', { deleted, ended: { second: 146, exitCode: 0 } })
    gone('web-6d4b-a')
    await until(() => expect(of('web-6d4b-a').at(-1)).toMatchObject({ kind: 'gone' }))
    const end = { at: START + 146_000, exitCode: 0, reason: 'Completed' }
    expect(of('web-6d4b-a').slice(1)).toMatchObject([
      { kind: 'pod', need: NEED, pod: { deletion: { at: START + 100_000, grace: 75 } } },
      { kind: 'pod', need: NEED, pod: { containers: [{ end }] } },
      { kind: 'pod', need: NEED },
      { kind: 'gone', pod: { containers: [{ end }] } },
    ])
  })

  test('nothing of Pods that nothing sends to, of Jobs, of excluded namespaces, and of those left alone', async () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'web', controller: true }
    const nodes = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web', controller: true }
    put('other-1', { labels: { app: 'other' } })
    put('web-job', { owner: job })
    put('web-nodes', { owner: nodes })
    put('web-system', { namespace: 'kube-system' })
    put('web-off', { labels: { app: 'web', 'slackwater.dev/mode': 'off' } })
    put('web-none', { annotations: { 'slackwater.dev/assume': 'none' } })
    put('web-6d4b-a')
    await following()
    for (const name of ['other-1', 'web-job', 'web-nodes', 'web-off', 'web-none']) gone(name)
    gone('web-6d4b-a')
    await until(() => expect(kinds()).toContain('gone'))
    const names = told.flatMap((event) => (event.kind === 'pod' ? [event.pod.ref.name] : []))
    expect(new Set(names)).toEqual(new Set(['web-6d4b-a']))
  })

  test('namespaces are excluded by the API server: it sends nothing of them', async () => {
    put('web-system', { namespace: 'kube-system' })
    put('web-own', { namespace: 'batch' })
    keep({ ...service('web'), metadata: { name: 'web', namespace: 'batch' } })
    await following({ settings: { excludedNamespaces: ['batch'] } })
    expect(kinds()).toEqual(['listed', 'tick'])
  })

  test('no other could serve: it needs no sleep', async () => {
    keep({ ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, replicas: 1, strategy: { type: 'Recreate' } } })
    put('web-6d4b-a')
    await following()
    expect(of('web-6d4b-a')).toMatchObject([{ need: { sleep: 0, gated: true } }])
  })

  test('an annotation alone puts it behind a load balancer', async () => {
    put('alone-1', { labels: { app: 'alone' }, annotations: { 'slackwater.dev/assume': 'alb-ip' } })
    await following()
    expect(of('alone-1')).toMatchObject([{ need: NEED }])
  })

  test('what another Pod of its workload needed at its deletion holds only until something changes', async () => {
    put('web-6d4b-a')
    put('web-6d4b-b')
    put('web-6d4b-c')
    await following()
    const deleted = { second: 100, grace: 75 }
    put('web-6d4b-a', { deleted })
    await until(() => expect(of('web-6d4b-a').at(-1)).toMatchObject({ need: NEED, pod: { deletion: {} } }))
    keep(quickIngress())
    put('web-6d4b-b', { deleted })
    // D = 5: S = 5 + 25 + 5 = 35 (design).
    await until(() => expect(of('web-6d4b-b').at(-1)).toMatchObject({ need: { sleep: 35 } }))
    keep({ ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, replicas: 1, strategy: { type: 'Recreate' } } })
    put('web-6d4b-c', { deleted })
    await until(() => expect(of('web-6d4b-c').at(-1)).toMatchObject({ need: { sleep: 0 } }))
  })

  test('Pods of one ReplicaSet that are not alike: each with its own hook and gates', async () => {
    const preStop = { sleep: { seconds: 20 } }
    put('web-6d4b-a')
    put('web-6d4b-b', { spec: { containers: [{ name: 'app', lifecycle: { preStop } }], readinessGates: [] } })
    put('web-6d4b-c')
    await following()
    const hookOf = (length: number) => ({ containers: [{ name: 'app', hook: { length } }] })
    expect(of('web-6d4b-a')).toMatchObject([{ pod: { ...hookOf(45), gates: [{ type: GATE }] } }])
    expect(of('web-6d4b-b')).toMatchObject([{ pod: { ...hookOf(20), gates: [] } }])
    expect(of('web-6d4b-c')).toMatchObject([{ pod: { ...hookOf(45), gates: [{ type: GATE }] } }])
  })

  test('its need is worked out anew at its deletion, and not before', async () => {
    put('web-6d4b-a')
    await following()
    keep(quickIngress())
    put('web-6d4b-a', { conditions: [] })
    put('web-6d4b-a', { conditions: [], deleted: { second: 100, grace: 75 } })
    await until(() => expect(of('web-6d4b-a')).toHaveLength(3))
    // D = 5: S = 5 + 25 + 5 = 35 (design). The hook of 45 is the user's, and leaves A = 75 - 45 = 30: G = 45 + 30.
    expect(of('web-6d4b-a')).toMatchObject([
      { need: NEED },
      { need: NEED },
      { need: { sleep: 35, grace: 75 } },
    ])
  })

  test('one that a handover takes off its ReplicaSet and its Services keeps its workload', async () => {
    put('web-6d4b-a')
    await following()
    const alone = { owner: { apiVersion: 'v1', kind: 'Node', name: 'none', controller: false } }
    put('web-6d4b-a', { ...alone, labels: { app: 'web' } })
    put('web-6d4b-a', { ...alone, labels: { 'slackwater.dev/left': 'app' } })
    await until(() => expect(of('web-6d4b-a')).toHaveLength(3))
    const [, released, left] = of('web-6d4b-a')
    expect(released).toMatchObject({ need: NEED, pod: { workload: WORKLOAD, revision: '6d4b' } })
    expect(left).toMatchObject({ pod: { workload: WORKLOAD, revision: '6d4b' } })
    expect(left).not.toHaveProperty('need')
  })

  test('its node is gone', async () => {
    put('web-6d4b-a')
    await following()
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' }]
    put('web-6d4b-a', { conditions })
    put('web-6d4b-a', { conditions, deleted: { second: 100, grace: 0 } })
    await until(() => expect(of('web-6d4b-a')).toHaveLength(3))
    expect(told.filter(({ kind }) => kind === 'node-gone')).toMatchObject([
      { node: 'ip-10-0-1-7.eu-west-1.compute.internal' },
    ])
  })

  // A cleanup deletes what was evicted days ago, with a grace of 0.
  test.for([
    ['before anything was seen of it: no departure', false, []],
    ['later: its end is told, and not the removal of its object', true, [{}, { failure: {} }]],
  ] as const)('one that had ended by itself %s', async ([, isSeen, states]) => {
    const evicted: PodState = { ended: { second: 50, exitCode: 137 }, conditions: [], phase: 'Failed' }
    put('web-6d4b-a', isSeen ? {} : evicted)
    put('web-6d4b-b')
    await following()
    put('web-6d4b-a', evicted)
    put('web-6d4b-a', { ...evicted, deleted: { second: 90_000, grace: 0 } })
    gone('web-6d4b-a')
    gone('web-6d4b-b')
    await until(() => expect(kinds()).toContain('gone'))
    expect(of('web-6d4b-a')).toMatchObject(states.map((pod) => ({ kind: 'pod', pod })))
  })

  test('one that was removed by force is told once more, and that it is gone', async () => {
    await following()
    put('web-6d4b-a')
    await until(() => expect(of('web-6d4b-a')).toHaveLength(1))
    gone('web-6d4b-a')
    await until(() => expect(of('web-6d4b-a')).toHaveLength(3))
    expect(of('web-6d4b-a').at(-1)).not.toHaveProperty('pod.deletion')
  })

  test('one that cannot be read is skipped and said, and the others are told', async () => {
    put('web-6d4b-a', { spec: { containers: 'none' } })
    put('web-6d4b-b')
    await following()
    expect(of('web-6d4b-a')).toEqual([])
    expect(of('web-6d4b-b')).toHaveLength(1)
    expect(lines).toEqual([
      {
        what: 'skipping unreadable object',
        problem: 'Pod shop/web-6d4b-a: spec.containers: expected a list, got a string',
      },
    ])
  })
})

describe('Pods that are left alone', () => {
  const namespace = (mode: string) =>
    keep({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'slackwater.dev/mode': mode } },
    })

  // They have no hook: a rollout that follows must not be called covered without them.
  test('are followed once the mode of their namespace has changed', async () => {
    namespace('off')
    put('web-6d4b-a')
    const loop = await following()
    later += 30_000
    await loop.tick(term.signal)
    expect(of('web-6d4b-a')).toEqual([])
    namespace('enforce')
    later += 30_000
    await loop.tick(term.signal)
    expect(of('web-6d4b-a')).toMatchObject([{ kind: 'pod', need: NEED }])
  })

  test('and of a workload', async () => {
    const mode = { labels: { 'slackwater.dev/mode': 'off' } }
    keep({ ...DEPLOYMENT, metadata: { ...DEPLOYMENT.metadata, ...mode } })
    put('web-6d4b-a')
    const loop = await following()
    keep(DEPLOYMENT)
    later += 30_000
    await loop.tick(term.signal)
    expect(of('web-6d4b-a')).toMatchObject([{ kind: 'pod', need: NEED }])
  })

  // Nothing new is injected on doubt, so that one has no hook.
  test('not because they came on doubt: they are followed when it is over', async () => {
    put('web-6d4b-a')
    await following()
    doubt = 'services not up to date for 200 s'
    put('web-6d4b-b')
    put('other-1', { labels: { app: 'other' } })
    put('web-6d4b-a', { conditions: [] })
    await until(() => expect(of('web-6d4b-a')).toHaveLength(2))
    expect(of('web-6d4b-b')).toEqual([])
    doubt = undefined
    put('web-6d4b-b', { conditions: [] })
    await until(() => expect(of('web-6d4b-b')).toMatchObject([{ need: NEED }]))
  })
})

describe('a load balancer that comes after its Pods', () => {
  const LATE = { labels: { app: 'late', 'pod-template-hash': '6d4b' } }

  test('they are followed from then on, each told once', async () => {
    put('late-1', LATE)
    put('late-2', LATE)
    const loop = await following()
    for (const object of [service('late'), ingress('late')]) keep(object)
    later += 30_000
    await loop.tick(term.signal)
    expect(of('late-1')).toMatchObject([{ kind: 'pod', need: NEED }])
    later += 30_000
    await loop.tick(term.signal)
    expect([of('late-1').length, of('late-2').length]).toEqual([1, 1])
  })

  test('a Pod that leaves before that was seen is judged by what stands in front of it now', async () => {
    put('late-1', LATE)
    await following()
    for (const object of [service('late'), ingress('late')]) keep(object)
    put('late-1', { ...LATE, deleted: { second: 100, grace: 30 } })
    await until(() => expect(of('late-1')).toMatchObject([{ need: NEED, pod: { deletion: { grace: 30 } } }]))
  })

  test('one that goes away: those that were followed are, and nothing sends to them', async () => {
    put('web-6d4b-a')
    const loop = await following()
    inventory.remove({ kind: 'Ingress', namespace: 'shop', name: 'web' })
    later += 30_000
    await loop.tick(term.signal)
    expect(of('web-6d4b-a')).toHaveLength(2)
    expect(of('web-6d4b-a').at(-1)).not.toHaveProperty('need')
    keep(ingress('web'))
    later += 30_000
    await loop.tick(term.signal)
    expect(of('web-6d4b-a').at(-1)).toMatchObject({ need: NEED })
  })
})

describe('gaps', () => {
  test('a watch that breaks goes on from its version: nothing is missed, and there is no gap', async () => {
    put('web-6d4b-a')
    await following()
    server.breakWatches(PODS)
    put('web-6d4b-a', { deleted: { second: 100, grace: 75 } })
    gone('web-6d4b-a')
    await until(() => expect(kinds()).toContain('gone'))
    expect(kinds()).not.toContain('gap')
    expect(kinds().filter((kind) => kind === 'listed')).toHaveLength(1)
  })

  test('an expired version: a gap, and the list shows who is no longer there', async () => {
    put('web-6d4b-a')
    put('web-6d4b-b')
    await following()
    server.removeSilently(PODS, 'web-6d4b-a', 'shop')
    server.expire(PODS)
    await until(() => expect(kinds().filter((kind) => kind === 'listed')).toHaveLength(2))
    expect(kinds().filter((kind) => kind !== 'tick')).toEqual([
      'pod',
      'pod',
      'listed',
      'gap',
      'pod',
      'listed',
    ])
    expect(told.at(-1)).toMatchObject({ uids: new Set(['uid-of-web-6d4b-b']) })
  })

  test('a stale inventory: a gap, nothing is told meanwhile, and a list after it', async () => {
    put('web-6d4b-a')
    const loop = await following()
    doubt = 'ingresses not up to date for 200 s'
    await loop.tick(term.signal)
    await until(() => expect(server.watching(PODS)).toBe(false))
    put('web-6d4b-a', { deleted: { second: 100, grace: 75 } })
    put('web-6d4b-b')
    await loop.tick(term.signal)
    expect(told.at(-1)).toMatchObject({ kind: 'gap' })
    doubt = undefined
    await loop.tick(term.signal)
    await until(() => expect(kinds().filter((kind) => kind === 'listed')).toHaveLength(2))
    expect(kinds().filter((kind) => kind === 'gap')).toHaveLength(1)
    expect(of('web-6d4b-b')).toMatchObject([{ need: NEED }])
  })

  test('doubt that comes between two ticks takes no Pod from its load balancer', async () => {
    put('web-6d4b-a')
    await following()
    doubt = 'services not up to date for 200 s'
    put('web-6d4b-a', { deleted: { second: 100, grace: 75 } })
    put('web-6d4b-b')
    await until(() => expect(of('web-6d4b-a')).toHaveLength(2))
    expect(of('web-6d4b-a').at(-1)).toMatchObject({ need: NEED })
    expect(of('web-6d4b-b')).toEqual([])
  })
})

describe('leading', () => {
  test('another term begins with an empty ledger and a list; the earlier one is told nothing anymore', async () => {
    put('web-6d4b-a')
    const ledgers: Ledger[] = []
    const newLedger = (): Ledger => {
      ledgers.push(createLedger())
      return ledgers.at(-1) ?? createLedger()
    }
    const loop = await following({ newLedger })
    expect(loop.view()).toMatchObject({ followed: 1 })
    term.abort()
    expect(loop.view()).toBeUndefined()
    await until(() => expect(server.watching(PODS)).toBe(false))
    put('web-6d4b-b')
    term = new AbortController()
    await loop.tick(term.signal)
    expect(loop.view()).toBeUndefined()
    await until(() => expect(loop.view()).toMatchObject({ followed: 2 }))
    expect(ledgers.map((ledger) => ledger.view().followed)).toEqual([1, 2])
  })

  test('nothing is asked for before it leads, and while the inventory is not read', async () => {
    const loop = departures()
    expect(loop.regardlessOfDoubt).toBe(true)
    doubt = 'services not yet read from the cluster'
    await loop.tick(term.signal)
    expect(server.asked).toEqual([])
    expect(told).toEqual([])
  })
})

describe('without permission', () => {
  const FORBIDDEN = { code: 403, reason: 'Forbidden', message: 'forbidden' }
  const asks = (path: string) => server.asked.filter((one) => one.path === path).length

  test('to list Pods: off, said once, and not asked again at each tick', async () => {
    server.refused.set(PODS, FORBIDDEN)
    const loop = departures()
    for (let tick = 0; tick < 3; tick++) {
      await loop.tick(term.signal)
      await until(() => expect(lines).toHaveLength(1))
    }
    expect(lines).toEqual([
      { what: 'departures are not recorded', problem: 'no permission to list and watch pods' },
    ])
    expect(asks(PODS)).toBe(1)
    expect(loop.view()).toBeUndefined()
  })

  test('to watch Pods: the same, after one list', async () => {
    put('web-6d4b-a')
    server.refusedWatches.set(PODS, FORBIDDEN)
    const loop = departures()
    await loop.tick(term.signal)
    await until(() => expect(lines).toHaveLength(1))
    await loop.tick(term.signal)
    expect(server.asked.map(({ watch }) => watch)).toEqual([false, true])
    expect(kinds()).toEqual(['pod', 'listed', 'gap'])
    expect(loop.view()).toBeUndefined()
  })

  test('to read Events: said once, and Pods are followed', async () => {
    server.refused.set(EVENTS, FORBIDDEN)
    const loop = await following()
    await until(() => expect(lines).toHaveLength(1))
    await loop.tick(term.signal)
    expect(lines).toEqual([
      { what: 'failed preStop hooks are not recorded', problem: 'no permission to list and watch events' },
    ])
    expect(asks(EVENTS)).toBe(1)
    put('web-6d4b-a')
    await until(() => expect(of('web-6d4b-a')).toHaveLength(1))
    expect(loop.view()).toBeDefined()
  })
})

describe('failed hooks', () => {
  const event = (name: string, more: object = {}) => ({
    metadata: { name, namespace: 'shop', creationTimestamp: timeAt(101) },
    reason: 'FailedPreStopHook',
    note: 'PreStopHook failed',
    regarding: { kind: 'Pod', namespace: 'shop', name: 'web-6d4b-a', uid: 'uid-of-web-6d4b-a' },
    eventTime: null,
    deprecatedLastTimestamp: timeAt(102),
    ...more,
  })

  test('are told with their Pod, their words and their own time; other Events are not asked for', async () => {
    server.put(EVENTS, event('a'))
    server.put(EVENTS, event('b', { reason: 'Killing' }))
    await following()
    server.put(
      EVENTS,
      event('c', { deprecatedLastTimestamp: null, eventTime: timeAt(103), note: 'x'.repeat(400) }),
    )
    await until(() => expect(kinds().filter((kind) => kind === 'hook-failed')).toHaveLength(2))
    expect(told.filter(({ kind }) => kind === 'hook-failed')).toEqual([
      { kind: 'hook-failed', at: START + 102_000, uid: 'uid-of-web-6d4b-a', message: 'PreStopHook failed' },
      { kind: 'hook-failed', at: START + 103_000, uid: 'uid-of-web-6d4b-a', message: `${'x'.repeat(299)}…` },
    ])
  })

  test('one that cannot be read is said', async () => {
    server.put(EVENTS, event('a', { regarding: 'web' }))
    await following()
    await until(() =>
      expect(lines).toEqual([
        { what: 'skipping unreadable object', problem: 'Event: regarding: expected a mapping, got a string' },
      ]),
    )
  })
})

// 1,000 Pods leave, while the watch breaks twenty times: each is told with its deletion and its end.
test('of 1,000 departures none is missed', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `web-6d4b-${index}`)
  for (const name of names) put(name)
  await following()
  const deleted = { second: 100, grace: 75 }
  for (const [index, name] of names.entries()) {
    put(name, { deleted })
    put(name, { deleted, ended: { second: 146, exitCode: 0 } })
    gone(name)
    if (index % 50 === 0) server.breakWatches(PODS)
    if (index % 50 === 10) await until(() => expect(server.watching(PODS)).toBe(true))
  }
  const goneNow = () => kinds().filter((kind) => kind === 'gone')
  await vi.waitFor(() => expect(goneNow()).toHaveLength(1_000), { timeout: 50_000, interval: 50 })
  expect(kinds()).not.toContain('gap')
  const ends = told.flatMap((one) => (one.kind === 'gone' ? [one.pod?.containers[0]?.end?.exitCode] : []))
  expect(new Set(ends)).toEqual(new Set([0]))
  expect(new Set(told.flatMap((one) => (one.kind === 'gone' ? [one.uid] : []))).size).toBe(1_000)
}, 60_000)

test('an abort in the middle of a list and of a burst ends at once, and nothing is told after it', async () => {
  for (let index = 0; index < 1_500; index++) put(`web-6d4b-${index}`)
  const loop = departures()
  await loop.tick(term.signal)
  await until(() => expect(told.length).toBeGreaterThan(10))
  term.abort()
  const count = told.length
  await loop.tick(term.signal)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(told).toHaveLength(count)
  expect(kinds()).not.toContain('listed')
})

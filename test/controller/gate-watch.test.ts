import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGateWatch, type GateWatch } from '../../src/controller/gate-watch.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { apiAt, FakeApiServer, PODS } from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'
import { LBC_LABEL } from '../core/gates/world.ts'

/** The namespace `shop` has our label, an ALB with ip targets, and a Deployment with a Pod that is not ready. */

const NEVER = new AbortController().signal
const GATE = 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789'
const START = Date.parse('2026-11-20T10:00:00Z')
const at = (second: number): string => new Date(START + second * 1000).toISOString()

let server: FakeApiServer
let port: number
let inventory: Inventory
let now: number

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(PODS)
  port = await server.start()
  inventory = createInventory({ ...settingsWith({}), fromFiles: false })
  now = START
  keep(namespaceWith())
  keep(INGRESS_CLASS)
  keep({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  keep(INGRESS)
  keep(deployment(1))
})
afterEach(() => server.stop())

const keep = (object: object): void => void keepIn(inventory, object)

/** @param labels absent: ours stands. */
const namespaceWith = (labels: object = { [LBC_LABEL]: 'enabled' }) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels,
    annotations: { 'slackwater.dev/readiness-gate-labels': `{"${LBC_LABEL}":"enabled"}` },
  },
})

const INGRESS_CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'web',
    namespace: 'shop',
    annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' },
  },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
}

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
}

/** @param ready of its two Pods. */
const deployment = (ready: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-of-web', creationTimestamp: at(0) },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  status: { replicas: 2, readyReplicas: ready },
})

/** Of the Deployment: started at 0, containers ready at 10. */
const pod = (name: string, gate: object = {}, second = 10) => ({
  metadata: {
    name,
    namespace: 'shop',
    labels: { app: 'web', 'pod-template-hash': '6d4b' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-6d4b', controller: true }],
  },
  spec: { ...template.spec, readinessGates: [{ conditionType: GATE }] },
  status: {
    phase: 'Running',
    startTime: at(0),
    conditions: [
      { type: 'Ready', status: 'False', lastTransitionTime: at(0) },
      { type: 'ContainersReady', status: 'True', lastTransitionTime: at(second) },
      { type: GATE, status: 'False', reason: 'Target.FailedHealthChecks', message: 'codes: [404]', ...gate },
    ],
  },
})

const watchWith = (settings: Partial<Settings> = {}): GateWatch =>
  createGateWatch({
    api: apiAt(port),
    known: view(),
    settings: settingsWith(settings),
    clock: () => now,
  })

const view = () => ({
  namespaces: () => inventory.namespaces(),
  workloads: () => inventory.workloads(),
  exposuresOf: inventory.exposuresOf.bind(inventory),
  namespace: inventory.namespace.bind(inventory),
  workload: inventory.workload.bind(inventory),
  autoscaled: inventory.autoscaled.bind(inventory),
  objects: inventory.objects,
})

/** @returns names of the stuck Pods, so many seconds after the start. */
async function look(watch: GateWatch, second: number): Promise<readonly string[]> {
  now = START + second * 1000
  await watch.read(NEVER)
  return watch.stuck().map((stuck) => stuck.pod.name)
}

const lists = (): number => server.asked.length

// 2 × (15 × 2 + 5 + 60) = 190 s after 10.
test('a gate that does not pass in time is stuck, and holds further labels until it has passed', async () => {
  server.put(PODS, pod('web-6d4b-a'))
  const watch = watchWith()
  expect(await look(watch, 200)).toEqual([])
  expect(watch.hold()).toBeUndefined()
  expect(await look(watch, 215)).toEqual(['web-6d4b-a'])
  expect(watch.stuck()).toMatchObject([{ workload: { kind: 'Deployment', name: 'web' }, limit: 190 }])
  expect(watch.hold()).toContain('Deployment shop/web')
  expect(watch.hold()).toContain('Target.FailedHealthChecks')
  server.put(PODS, pod('web-6d4b-a', { status: 'True' }))
  expect(await look(watch, 230)).toEqual([])
  expect(watch.hold()).toBeUndefined()
})

test('a new leader finds it at once', async () => {
  server.put(PODS, pod('web-6d4b-a'))
  expect(await look(watchWith(), 3600)).toEqual(['web-6d4b-a'])
})

test('many Pods of one workload are one: the one that waits longest', async () => {
  server.put(PODS, pod('web-6d4b-a', {}, 20))
  server.put(PODS, pod('web-6d4b-b', {}, 10))
  server.put(PODS, pod('web-6d4b-c', {}, 30))
  expect(await look(watchWith(), 3600)).toEqual(['web-6d4b-b'])
})

test.for<[string, () => void]>([
  ['the Pod is gone', () => server.remove(PODS, 'web-6d4b-a', 'shop')],
  ['it is replaced by ready ones', () => keep(deployment(2))],
  ['the label is gone', () => keep(namespaceWith({}))],
  ['a user has changed it', () => keep(namespaceWith({ [LBC_LABEL]: 'no' }))],
  ['the exposure is gone', () => inventory.remove({ kind: 'Ingress', namespace: 'shop', name: 'web' })],
  ['the workload is gone', () => inventory.remove({ kind: 'Deployment', namespace: 'shop', name: 'web' })],
])('it is settled when %s', async ([, change]) => {
  server.put(PODS, pod('web-6d4b-a'))
  const watch = watchWith()
  expect(await look(watch, 3600)).toEqual(['web-6d4b-a'])
  change()
  expect(await look(watch, 3620)).toEqual([])
  expect(watch.hold()).toBeUndefined()
})

test('no Pod is listed where all are ready, where the label is not ours, or where nothing is labeled', async () => {
  server.put(PODS, pod('web-6d4b-a'))
  await look(watchWith({ namespaceLabels: 'report' }), 3600)
  keep(deployment(2))
  await look(watchWith(), 3600)
  keep(deployment(1))
  keep({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { [LBC_LABEL]: 'enabled' } },
  })
  await look(watchWith(), 3600)
  expect(lists()).toBe(0)
})

test('a namespace is read at most every 15 s, also if the clock is set back', async () => {
  const watch = watchWith()
  await look(watch, 1000)
  await look(watch, 1014)
  expect(lists()).toBe(1)
  await look(watch, 1015)
  expect(lists()).toBe(2)
  await look(watch, 0)
  expect(lists()).toBe(3)
})

test('Pods that cannot be read hold further labels, and keep what was known', async () => {
  server.put(PODS, pod('web-6d4b-a'))
  const watch = watchWith()
  server.refused.set(PODS, 403)
  expect(await look(watch, 1000)).toEqual([])
  expect(watch.hold()).toContain('namespace shop')
  server.refused.clear()
  await look(watch, 1020)
  server.refused.set(PODS, 403)
  expect(await look(watch, 1040)).toEqual(['web-6d4b-a'])
})

test('a reading that nobody waits for any more leaves no problem behind', async () => {
  server.put(PODS, pod('web-6d4b-a'))
  const watch = watchWith()
  const asked = new AbortController()
  const reading = watch.read(asked.signal)
  asked.abort()
  await reading
  expect(watch.hold()).toBeUndefined()
})

test('a Pod of another shape hides no other', async () => {
  server.put(PODS, { ...pod('web-6d4b-0'), status: { phase: 7, conditions: 'none' } })
  server.put(PODS, pod('web-6d4b-a'))
  expect(await look(watchWith(), 3600)).toEqual(['web-6d4b-a'])
})

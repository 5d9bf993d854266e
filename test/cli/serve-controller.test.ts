import { readFileSync } from 'node:fs'
import { request as requestHttps } from 'node:https'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  BUILT_IN,
  DAEMON_SETS,
  DEPLOYMENTS,
  EVENTS,
  FakeApiServer,
  INGRESS_CLASSES,
  INGRESSES,
  LEASES,
  PODS,
  REPLICA_SETS,
  SERVICES,
  STATEFUL_SETS,
} from '../cluster/fake-api-server.ts'
import { type Following, startFollowing } from './following.ts'
import { folderOf, slackwater } from './run.ts'

/** The built program as it acts on a cluster, or does not. */

const fixture = JSON.parse(readFileSync(new URL('../fixtures/review.json', import.meta.url), 'utf8'))

/** As an API server sends it. */
const review = (to: number, body: unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const options = { host: '127.0.0.1', port: to, path: '/mutate', method: 'POST', headers }
    const sent = requestHttps({ ...options, rejectUnauthorized: false }, (answer) =>
      answer.resume().on('end', resolve),
    )
    sent.once('error', reject)
    sent.end(JSON.stringify(body))
  })

let server: FakeApiServer
let port: number
let running: Following[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(...BUILT_IN, LEASES)
  port = await server.start()
  running = []
})
afterEach(async () => {
  for (const one of running) await one.stop()
  await server.stop()
})

async function start(...options: readonly string[]): Promise<Following> {
  const one = await startFollowing(port, ...options)
  running.push(one)
  return one
}

async function stop(one: Following): Promise<number> {
  running = running.filter((other) => other !== one)
  return one.stop()
}

const metrics = async ({ healthPort }: Following): Promise<string> =>
  (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text()
const isReady = async ({ healthPort }: Following): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok
const lease = () =>
  server.stored(LEASES, 'slackwater', 'slackwater-system')?.['spec'] as Record<string, unknown> | undefined

test('a kubeconfig alone lets it read, and nothing else', async () => {
  const one = await start()
  await vi.waitFor(async () => expect(await isReady(one)).toBe(true), { timeout: 40_000 })
  await vi.waitFor(() => expect(one.lines.map(({ msg }) => msg)).toContain('answering admission only'), {
    timeout: 40_000,
  })
  expect(await metrics(one)).toContain('slackwater_leader 0\n')
  expect(await stop(one)).toBe(0)
  expect(server.writes).toEqual([])
  expect(server.asked.filter(({ path }) => path.includes('coordination'))).toEqual([])
})

test('--controller: it leads, and hands the lease over when it ends', async () => {
  const one = await start('--controller')
  await vi.waitFor(async () => expect(await metrics(one)).toContain('slackwater_leader 1\n'), {
    timeout: 40_000,
  })
  expect(lease()?.['holderIdentity']).toMatch(/_[0-9a-f]{8}$/)
  await vi.waitFor(() => expect(one.lines.map(({ msg }) => msg)).toContain('leading'), { timeout: 40_000 })
  expect(await stop(one)).toBe(0)
  expect(lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
})

test('of two, one leads; when it ends, the other does', async () => {
  const one = await start('--controller')
  await vi.waitFor(() => expect(lease()?.['holderIdentity']).toBeTruthy(), { timeout: 40_000 })
  const two = await start('--controller')
  await vi.waitFor(async () => expect(await isReady(two)).toBe(true), { timeout: 40_000 })
  expect(await metrics(one)).toContain('slackwater_leader 1\n')
  expect(await metrics(two)).toContain('slackwater_leader 0\n')
  await stop(one)
  // It looks every 2 s to 4.4 s.
  await vi.waitFor(async () => expect(await metrics(two)).toContain('slackwater_leader 1\n'), {
    timeout: 40_000,
  })
}, 60_000)

test('it hands the lease over at SIGTERM, before its drain, and takes it no more', async () => {
  // The drain is longer than the test: a second signal ends it.
  const one = await start('--controller', '--drain-delay', '600')
  await vi.waitFor(() => expect(lease()?.['holderIdentity']).toBeTruthy(), { timeout: 40_000 })
  const two = await start('--controller')
  await vi.waitFor(async () => expect(await isReady(two)).toBe(true), { timeout: 40_000 })
  one.signal()
  await vi.waitFor(async () => expect(await metrics(two)).toContain('slackwater_leader 1\n'), {
    timeout: 40_000,
  })
  // It still answers, and the other one can hand over: it is no candidate.
  expect(await metrics(one)).toContain('slackwater_leader 0\n')
  await stop(two)
  expect(lease()).toMatchObject({ holderIdentity: '' })
  await stop(one)
  expect(lease()).toMatchObject({ holderIdentity: '' })
}, 60_000)

test('of two, the leader keeps the ledger of departures, and the other says where it is', async () => {
  server.serve(PODS, REPLICA_SETS, DAEMON_SETS, STATEFUL_SETS, EVENTS)
  const one = await start('--controller', '--report-port', '0')
  await vi.waitFor(() => expect(lease()?.['holderIdentity']).toBeTruthy(), { timeout: 40_000 })
  const two = await start('--controller', '--report-port', '0')
  await vi.waitFor(async () => expect(await isReady(two)).toBe(true), { timeout: 40_000 })
  const get = async ({ lines }: Following, way: string): Promise<unknown> => {
    const listening = lines.find(({ msg }) => msg === 'listening')
    return (await fetch(`http://127.0.0.1:${listening?.['reportPort']}${way}`)).json()
  }
  // The loop ticks every few seconds, and lists the Pods first.
  await vi.waitFor(async () => expect(await get(one, '/ledger')).toEqual({ ledger: 'here' }), {
    timeout: 20_000,
  })
  expect(await get(two, '/ledger')).toEqual({ ledger: 'elsewhere' })
  expect(await get(one, '/report')).toMatchObject({
    departures: { ledger: 'here', since: expect.stringMatching(/^\d{4}-/), rollouts: [], others: [] },
  })
  const holder = String(lease()?.['holderIdentity']).replace(/_[0-9a-f]{8}$/, '')
  expect(await get(two, '/report')).toMatchObject({
    departures: { ledger: 'elsewhere', why: expect.stringContaining(`the leader, ${holder}, keeps`) },
  })
}, 60_000)

test('a serve that only answers admission keeps no ledger, and says what would', async () => {
  const one = await start('--report-port', '0')
  await vi.waitFor(async () => expect(await isReady(one)).toBe(true), { timeout: 40_000 })
  const listening = one.lines.find(({ msg }) => msg === 'listening')
  const answer = await fetch(`http://127.0.0.1:${listening?.['reportPort']}/report`)
  expect(await answer.json()).toMatchObject({
    departures: { ledger: 'nowhere', why: expect.stringContaining('--controller') },
  })
}, 60_000)

test('no namespace for the lease: said, and admission is answered all the same', async () => {
  server.unserve(LEASES)
  const one = await start('--controller')
  await vi.waitFor(
    () =>
      expect(one.lines.find(({ msg }) => msg === 'leader election')?.['problem']).toContain('ownNamespace'),
    { timeout: 40_000 },
  )
  await vi.waitFor(async () => expect(await isReady(one)).toBe(true), { timeout: 40_000 })
  server.put(SERVICES, { metadata: { name: 'web', namespace: 'shop' }, spec: {} })
  expect(await metrics(one)).toContain('slackwater_leader 0\n')
})

test('what a replica answered becomes an Event on the object, once it is stored', async () => {
  server.serve(EVENTS)
  const ns = 'shop'
  server.put(INGRESS_CLASSES, { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
  server.put(SERVICES, {
    metadata: { name: 'web', namespace: ns },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  const annotations = { 'alb.ingress.kubernetes.io/target-type': 'ip' }
  server.put(INGRESSES, {
    metadata: { name: 'web', namespace: ns, annotations },
    spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  })
  // Another replica leads: Events are told by whoever answered.
  server.put(LEASES, {
    metadata: { name: 'slackwater', namespace: 'slackwater-system' },
    spec: { holderIdentity: 'other', leaseDurationSeconds: 60 },
  })
  const one = await start('--controller', '--settings', path.join(folderOf({ s: 'mode: dry-run' }), 's'))
  await vi.waitFor(async () => expect(await isReady(one)).toBe(true), { timeout: 40_000 })
  const { request } = fixture
  await review(one.port, { ...fixture, request: { ...request, dryRun: true } })
  await review(one.port, fixture)
  const creationTimestamp = '2026-01-01T00:00:00Z'
  const stored = request.object
  server.put(DEPLOYMENTS, { ...stored, metadata: { ...stored.metadata, uid: 'uid-7', creationTimestamp } })
  await vi.waitFor(() => expect(server.writes).toHaveLength(1), { timeout: 40_000 })
  expect(server.writes[0]).toMatchObject({
    method: 'POST',
    path: `/apis/events.k8s.io/v1/namespaces/${ns}/events`,
    body: { reason: 'WouldProtect', regarding: { apiVersion: 'apps/v1', kind: 'Deployment', uid: 'uid-7' } },
  })
  await vi.waitFor(
    async () => expect(await metrics(one)).toContain('slackwater_events_total{outcome="created"} 1\n'),
    { timeout: 40_000 },
  )
  expect(await metrics(one)).toContain('slackwater_leader 0\n')
}, 60_000)

test('--controller without a cluster is refused', () => {
  const { code, err } = slackwater(['serve', '--self-signed', '--manifests', '.', '--controller'])
  expect(err).toContain("'--controller' cannot be used with option '--manifests")
  expect(code).toBe(2)
})

import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiServer } from '../../src/cluster/api-server.ts'
import type { ObjectEvent } from '../../src/controller/events.ts'
import { createNamespaceLabels, type NamespaceLabelLoop } from '../../src/controller/namespace-labels.ts'
import type { GatedPeers } from '../../src/core/inventory/inventory.ts'
import { GATES_ANNOTATION } from '../../src/core/model/keys.ts'
import { seconds } from '../../src/core/model/seconds.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import type { StuckGate } from '../../src/core/model/stuck-gate.ts'
import type { Labels, NamespaceFacts } from '../../src/core/model/workload.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { apiAt, FakeApiServer, NAMESPACES } from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'
import { by, clause, LBC_LABEL, type SeenController, seen, webhook } from '../core/gates/world.ts'

const ON = { [LBC_LABEL]: 'enabled' }
const MEMORY = { [GATES_ANNOTATION]: `{"${LBC_LABEL}":"enabled"}` }
const NEVER = new AbortController().signal

let server: FakeApiServer
let port: number
beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(NAMESPACES)
  port = await server.start()
})
afterEach(() => server.stop())

const pathTo = (name: string): string => `${NAMESPACES}/${name}`

interface Metadata {
  readonly labels?: Labels
  /** Of ours only, when read. */
  readonly annotations?: Labels
}

const put = (name: string, { labels = {}, annotations = {} }: Metadata = {}): void =>
  server.put(NAMESPACES, { metadata: { name, uid: `uid-of-${name}`, labels, annotations } })

const metadataOf = (name: string): Metadata => factsOf(name)

function factsOf(name: string): NamespaceFacts {
  const object = narrow({ apiVersion: 'v1', kind: 'Namespace', ...server.stored(NAMESPACES, name) })
  if (object?.kind !== 'Namespace') throw new Error(`${name} is not stored`)
  return object.facts
}

interface World {
  /** Each with ip targets of LBC. */
  readonly exposed?: readonly string[]
  /** The copy of the cluster; absent: as it is stored. */
  readonly copy?: () => readonly NamespaceFacts[]
  readonly settings?: Partial<Settings>
  readonly controller?: SeenController
  readonly doubt?: string
  /** In every namespace. */
  readonly peers?: GatedPeers
  /** While there are any, nothing is labeled. */
  readonly stuck?: () => readonly StuckGate[]
  /** Happens each time after a Namespace is read and before it is written. */
  readonly meanwhile?: () => void
}

interface Loop extends NamespaceLabelLoop {
  readonly events: readonly ObjectEvent[]
  readonly logged: readonly string[]
}

function apiWith(meanwhile: () => void = () => undefined): ApiServer {
  const api = apiAt(port)
  const send: ApiServer['send'] = (request, signal) => {
    meanwhile()
    return api.send(request, signal)
  }
  return { ...api, send }
}

function loopOver(world: World = {}): Loop {
  const events: ObjectEvent[] = []
  const logged: string[] = []
  const exposed = world.exposed ?? ['shop']
  const loop = createNamespaceLabels({
    api: apiWith(world.meanwhile),
    known: {
      doubt: () => world.doubt,
      *exposedNamespaces() {
        return exposed.map((namespace) => ({ namespace, controller: 'lbc' as const }))
      },
      namespaces: world.copy ?? (() => exposed.map(factsOf)),
      lbc: () => seen(world.controller),
      gatedPeers: () => world.peers,
      workload: () => undefined,
    },
    watch: {
      read: () => Promise.resolve(),
      stuck: () => world.stuck?.() ?? [],
      hold: () => (world.stuck?.().length ? 'no further namespace is labeled: it is stuck' : undefined),
    },
    settings: settingsWith(world.settings ?? {}),
    events: { record: (event) => void events.push(event), flush: () => Promise.resolve() },
    log: pino({ base: null }, { write: (line: string) => void logged.push(line) }),
    random: () => 0,
  })
  return Object.assign(loop, { events, logged })
}

const failures = ({ logged }: Loop): readonly string[] =>
  logged.filter((line) => line.includes('not written'))

test('an exposed namespace is labelled once, by an apply of exactly what is ours', async () => {
  put('shop', { labels: { team: 'web' } })
  const version = server.stored(NAMESPACES, 'shop')?.metadata['resourceVersion']
  const loop = loopOver()
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toEqual([
    {
      method: 'PATCH',
      path: pathTo('shop'),
      query: { fieldManager: 'slackwater' },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'shop',
          uid: 'uid-of-shop',
          resourceVersion: version,
          labels: ON,
          annotations: MEMORY,
        },
      },
    },
  ])
  expect(metadataOf('shop')).toMatchObject({ labels: { team: 'web', ...ON }, annotations: MEMORY })
  expect(loop.events.map(({ reason, regarding }) => [reason, regarding.namespace, regarding.uid])).toEqual([
    ['ReadinessGatesOn', 'shop', 'uid-of-shop'],
  ])
  expect(loop.counts()).toEqual([{ controller: 'lbc', state: 'labelled', count: 1 }])
})

test('what is ours is taken back, and nothing else', async () => {
  put('shop', { labels: { team: 'web' } })
  await loopOver().tick(NEVER)
  const off = loopOver({ settings: { namespaceLabels: 'off' } })
  await off.tick(NEVER)
  await off.tick(NEVER)
  expect(metadataOf('shop').labels).toEqual({ team: 'web' })
  expect(metadataOf('shop').annotations).toEqual({})
  expect(server.writes).toHaveLength(2)
  expect(off.events.map(({ reason }) => reason)).toEqual(['ReadinessGateLabelTakenBack'])
})

test('what is ours is taken back where nothing is exposed any more, too', async () => {
  put('shop')
  await loopOver().tick(NEVER)
  const off = loopOver({ exposed: [], copy: () => [factsOf('shop')], settings: { mode: 'off' } })
  await off.tick(NEVER)
  expect(metadataOf('shop').labels).toEqual({})
})

test('a person removes ours: nothing is written, and it is said once', async () => {
  put('shop')
  const loop = loopOver()
  await loop.tick(NEVER)
  put('shop', { annotations: MEMORY })
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toHaveLength(1)
  expect(loop.events.map(({ reason }) => reason)).toEqual(['ReadinessGatesOn', 'LabelRemovedByPerson'])
  expect(loop.counts()).toEqual([{ controller: 'lbc', state: 'stood-down', count: 1 }])
})

test('a person removes ours before our copy knows: the namespace is read before it is written', async () => {
  put('shop')
  const before = factsOf('shop')
  put('shop', { annotations: MEMORY })
  const loop = loopOver({ copy: () => [before] })
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(loop.events).toEqual([])
})

test.for<[string, Metadata]>([
  ['before us', { labels: { [LBC_LABEL]: 'disabled' } }],
  ['in place of ours', { labels: { [LBC_LABEL]: 'disabled' }, annotations: MEMORY }],
])('a person sets another value %s: it stays, and is counted as set otherwise', async ([, metadata]) => {
  put('shop', metadata)
  const loop = loopOver()
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(metadataOf('shop').labels).toEqual({ [LBC_LABEL]: 'disabled' })
  expect(loop.counts()).toEqual([{ controller: 'lbc', state: 'set-otherwise', count: 1 }])
})

describe('what the controller’s webhook asks for', () => {
  const FAILING: SeenController = { webhooks: [webhook({ failurePolicy: 'Fail' })], ready: 1 }
  // It takes one namespace by its name: no label that could be added makes it take this one.
  const OTHERS = webhook({
    namespaceSelector: by(clause('kubernetes.io/metadata.name', 'In', 'other')),
  })

  test.for<[string, SeenController, string]>([
    ['its outage would stop Pods: no namespace is labelled', FAILING, 'ReadinessGatesPaused'],
    ['no label can meet its selector: nothing', { webhooks: [OTHERS] }, 'ReadinessGatesImpossible'],
  ])('%s, and it is said once', async ([, controller, reason]) => {
    put('shop')
    const loop = loopOver({ controller })
    await loop.tick(NEVER)
    await loop.tick(NEVER)
    expect(server.writes).toEqual([])
    expect(metadataOf('shop')).toMatchObject({ labels: {}, annotations: {} })
    expect(loop.events.map((event) => [event.type, event.reason])).toEqual([['Warning', reason]])
  })

  test('its outage would stop Pods: what stands stays', async () => {
    put('shop', { labels: ON, annotations: MEMORY })
    const loop = loopOver({ controller: FAILING })
    await loop.tick(NEVER)
    expect(server.writes).toEqual([])
    expect(metadataOf('shop')).toMatchObject({ labels: ON, annotations: MEMORY })
  })
})

test('replaced from Git, label and memory gone: labelled again', async () => {
  put('shop')
  const loop = loopOver()
  await loop.tick(NEVER)
  put('shop', { labels: { team: 'web' } })
  await loop.tick(NEVER)
  expect(metadataOf('shop').labels).toEqual({ team: 'web', ...ON })
})

test.for<[string, Partial<Settings>]>([
  ['dry-run', { mode: 'dry-run' }],
  ['report', { namespaceLabels: 'report' }],
])('%s writes nothing and says once what it would set', async ([, settings]) => {
  put('shop')
  const loop = loopOver({ settings })
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(loop.events).toHaveLength(1)
  expect(loop.events[0]).toMatchObject({ type: 'Normal', reason: 'ReadinessGatesWanted' })
  expect(loop.events[0]?.note).toContain(`kubectl label namespace shop ${LBC_LABEL}=enabled`)
})

test('a copy that may be out of date: nothing is decided', async () => {
  put('shop')
  const loop = loopOver({ doubt: 'services not up to date for 200 s' })
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(loop.counts()).toEqual([])
})

test('one that is refused is logged once, asked less and less often, and keeps no other waiting', async () => {
  put('refused')
  put('shop')
  server.refused.set(`PATCH ${pathTo('refused')}`, 403)
  const loop = loopOver({ exposed: ['refused', 'shop'] })
  const attempts = () => server.writes.filter(({ path }) => path === pathTo('refused')).length
  const at: number[] = []
  for (let tick = 1; tick <= 210; tick++) {
    const before = attempts()
    await loop.tick(NEVER)
    if (attempts() > before) at.push(tick)
    if (tick === 1) expect(metadataOf('shop').labels).toEqual(ON)
  }
  // Without chance 1, 2, 4 … 64 ticks are left out between attempts, and never more: 65 ticks of 5 s are 325 s.
  expect(at).toEqual([1, 3, 6, 11, 20, 37, 70, 135, 200])
  expect(failures(loop)).toHaveLength(1)
})

test('somebody writes in between: quietly left to the next tick', async () => {
  put('shop')
  let edits = 0
  const meanwhile = () => {
    if (edits++ === 0) put('shop', { labels: { team: 'web' } })
  }
  const loop = loopOver({ meanwhile })
  await loop.tick(NEVER)
  expect(metadataOf('shop').labels).toEqual({ team: 'web' })
  expect([loop.events, loop.logged]).toEqual([[], []])
  await loop.tick(NEVER)
  expect(metadataOf('shop').labels).toEqual({ team: 'web', ...ON })
})

test('another manager owns the field: it is left alone, and said once', async () => {
  put('shop')
  // The API server's own words, 1.35.
  const message = 'Apply failed with 1 conflict: conflict with "argocd" using v1: .metadata.annotations'
  server.refused.set(`PATCH ${pathTo('shop')}`, { code: 409, reason: 'Conflict', message })
  const loop = loopOver()
  for (let tick = 1; tick <= 3; tick++) await loop.tick(NEVER)
  // Ticks 1 and 3, neither by force.
  expect(server.writes.map(({ query }) => query)).toEqual([
    { fieldManager: 'slackwater' },
    { fieldManager: 'slackwater' },
  ])
  expect(loop.events).toHaveLength(1)
  expect(loop.events[0]).toMatchObject({ reason: 'ReadinessGateLabelConflict', type: 'Warning' })
  expect(loop.events[0]?.note).toContain('argocd')
  expect(failures(loop)).toHaveLength(1)
})

test('a namespace that has gone meanwhile is no failure', async () => {
  put('shop')
  const before = factsOf('shop')
  server.remove(NAMESPACES, 'shop')
  const loop = loopOver({ copy: () => [before] })
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(loop.logged).toEqual([])
})

test('a namespace that goes between reading and writing is not made again', async () => {
  put('shop')
  const copy = [factsOf('shop')]
  const loop = loopOver({ copy: () => copy, meanwhile: () => server.remove(NAMESPACES, 'shop') })
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toHaveLength(1)
  expect(server.stored(NAMESPACES, 'shop')).toBeUndefined()
  expect([loop.events, loop.logged]).toEqual([[], []])
})

test('nothing is written once the leadership has ended, and nothing counted', async () => {
  put('shop')
  const leading = new AbortController()
  const loop = loopOver()
  await loop.tick(leading.signal)
  expect(loop.counts()).toHaveLength(1)
  leading.abort()
  expect(loop.counts()).toEqual([])
  put('shop')
  await loop.tick(leading.signal)
  expect(server.writes).toHaveLength(1)
})

const WORKLOAD = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const STUCK: StuckGate = {
  pod: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
  workload: WORKLOAD,
  gate: 'target-health.elbv2.k8s.aws/k8s-shop-web-0123456789',
  limit: seconds(190),
  since: 0,
  reason: 'Target.FailedHealthChecks',
}

test('a stuck gate: no further namespace is labeled, each is told once, and labeled when it is settled', async () => {
  put('shop', { labels: ON, annotations: MEMORY })
  put('other')
  const now: StuckGate[] = [STUCK]
  const loop = loopOver({ exposed: ['other', 'shop'], stuck: () => now })
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(loop.events.map(({ reason, regarding }) => [reason, regarding.kind, regarding.name])).toEqual([
    ['ReadinessGateStuck', 'Deployment', 'web'],
    ['ReadinessGatesOnHold', 'Namespace', 'other'],
  ])
  expect(loop.stuckWorkloads()).toBe(1)
  const stuck: unknown = JSON.parse(loop.logged.find((line) => line.includes('readiness gate stuck')) ?? '{}')
  expect(stuck).toMatchObject({ workload: 'Deployment shop/web', condition: 'Target.FailedHealthChecks' })
  expect(loop.counts()).toContainEqual({ controller: 'lbc', state: 'on-hold', count: 1 })
  now.length = 0
  await loop.tick(NEVER)
  expect(metadataOf('other').labels).toMatchObject(ON)
  expect(loop.stuckWorkloads()).toBe(0)
  expect(loop.logged.filter((line) => line.includes('readiness gate settled'))).toHaveLength(1)
})

test('Pods that need each other: nothing is labeled; a label that stands stays; each is told once', async () => {
  put('shop', { labels: ON })
  put('other')
  const service = { kind: 'Service', namespace: 'shop', name: 'queue' }
  const peers = { workload: { ...WORKLOAD, kind: 'StatefulSet' }, service }
  const loop = loopOver({ exposed: ['other', 'shop'], peers })
  await loop.tick(NEVER)
  await loop.tick(NEVER)
  expect(server.writes).toEqual([])
  expect(loop.events.map(({ type, reason, regarding }) => [type, reason, regarding.name])).toEqual([
    ['Warning', 'ReadinessGatesHeldBack', 'other'],
    ['Warning', 'ReadinessGatesMayBlock', 'shop'],
  ])
})

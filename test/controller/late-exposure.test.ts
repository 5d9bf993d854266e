import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import type { ControlLoop } from '../../src/cluster/control-loop.ts'
import { createLiveInventory, type LiveInventory } from '../../src/cluster/live-inventory.ts'
import type { Timing } from '../../src/cluster/reflector.ts'
import { eventName } from '../../src/controller/event-object.ts'
import type { ObjectEvent } from '../../src/controller/events.ts'
import { createLateExposure, type LateExposureOptions } from '../../src/controller/late-exposure.ts'
import { RECORD_ANNOTATION } from '../../src/core/model/keys.ts'
import type { Settings } from '../../src/core/model/settings.ts'
import { applyToCopy } from '../../src/kubernetes/proof.ts'
import { RECORD } from '../admission/world.ts'
import {
  apiAt,
  BINDINGS,
  BUILT_IN,
  DEPLOYMENTS,
  FakeApiServer,
  type FakeObject,
  INGRESS_CLASSES,
  INGRESSES,
  NAMESPACES,
  SERVICES,
} from '../cluster/fake-api-server.ts'
import { settingsWith } from '../core/exposures.ts'
import { linesShown } from '../docs-commands/sample.ts'

/** Short, so that what takes minutes in a cluster is seen at once; nothing here asserts how long a thing took. */
const TIMING: Timing = { watch: 60_000, silence: 60_000, absent: 30, firstRetry: 5, longestRetry: 20 }

const CREATED = '2026-11-21T10:00:00Z'
const PATH = '/apis/apps/v1/namespaces/shop/deployments/'

const labels = (name: string) => ({
  'ingress.k8s.aws/stack-namespace': 'shop',
  'ingress.k8s.aws/stack-name': name,
})
const service = (name: string) => ({
  metadata: { name, namespace: 'shop' },
  spec: { type: 'ClusterIP', selector: { app: name }, ports: [{ port: 80 }] },
})
const ingress = (name: string, further: object = {}) => ({
  metadata: { name, namespace: 'shop', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
  ...further,
})
const ADDRESS = { status: { loadBalancer: { ingress: [{ hostname: 'x.eu-west-1.elb.amazonaws.com' }] } } }
const binding = (name: string) => ({
  metadata: { name: `k8s-shop-${name}`, namespace: 'shop', labels: labels(name) },
  spec: { serviceRef: { name, port: 80 }, targetType: 'ip' },
})

const deployment = (name: string, created = CREATED) => ({
  metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, creationTimestamp: created, generation: 1 },
  spec: {
    replicas: 3,
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 30, containers: [{ name: 'app', image: 'web:1' }] },
    },
  },
})

/** The record of S = 5 + 25 + 10 + 5 = 45 and G = 45 + 30 = 75, raised from the 30 that the API server writes. */
const STORED_RECORD = RECORD.replace('"before":null', '"before":30')

let server: FakeApiServer
let port: number
let stop: AbortController
let running: Promise<void>[]
let settings: Settings
let events: ObjectEvent[]
let outcomes: string[]
/** Milliseconds after the workloads were created. */
let age: number

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(...BUILT_IN, BINDINGS)
  server.put(INGRESS_CLASSES, { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } })
  server.put(NAMESPACES, { metadata: { name: 'shop' } })
  port = await server.start()
  stop = new AbortController()
  running = []
  settings = settingsWith()
  events = []
  outcomes = []
  age = 60_000
})

afterEach(async () => {
  stop.abort()
  await Promise.all(running)
  await server.stop()
})

async function followed(): Promise<LiveInventory> {
  const live = createLiveInventory({
    api: apiAt(port),
    settings,
    timing: TIMING,
    now: () => performance.now(),
    date: () => new Date(),
    random: () => 0,
    listener: { onFailure: () => undefined, onUnreadable: () => undefined },
  })
  running.push(live.run(stop.signal))
  await until(() => expect(live.missing()).toEqual([]))
  await until(() => expect([...BUILT_IN, BINDINGS].every((path) => server.watching(path))).toBe(true))
  return live
}

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 40_000, interval: 5 })

const loopOver = (live: LiveInventory, further: Partial<LateExposureOptions> = {}): ControlLoop =>
  createLateExposure({
    api: apiAt(port),
    inventory: live.view,
    settings,
    gateSettled: () => true,
    furtherNamespaces: () => [],
    events: { record: (event) => void events.push(event), flush: () => Promise.resolve() },
    count: (outcome) => void outcomes.push(outcome),
    log: pino({ level: 'silent' }),
    clock: () => Date.parse(CREATED) + age,
    now: () => performance.now(),
    ...further,
  })

/** The webhook's part, played by our own answer to the request that the API server would send. */
function admitting(live: LiveInventory): void {
  server.admission = (object, current) => {
    const kind = { group: 'apps', version: 'v1', kind: 'Deployment' }
    const typed = (one: FakeObject) => ({ apiVersion: 'apps/v1', kind: 'Deployment', ...one })
    const answer = admit(
      {
        uid: '1',
        kind,
        operation: 'UPDATE',
        namespace: object.metadata.namespace ?? 'shop',
        dryRun: false,
        object: typed(object),
        oldObject: current === undefined ? undefined : typed(current),
      },
      { inventory: live.view, settings },
    )
    return applyToCopy(object, answer.operations) as FakeObject
  }
}

/** An all-in-one apply with the Ingress last, and what LBC makes of it. */
async function born(live: LiveInventory, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    server.put(DEPLOYMENTS, deployment(name))
    server.put(SERVICES, service(name))
    server.put(INGRESSES, ingress(name))
    server.put(BINDINGS, binding(name))
  }
  await until(() => {
    for (const name of names) expect(progressOf(live, name)?.isBound).toBe(true)
  })
}

/** The same in another namespace, so many seconds younger. */
async function bornIn(live: LiveInventory, namespace: string, names: readonly string[], seconds = 0) {
  const created = new Date(Date.parse(CREATED) + seconds * 1000).toISOString()
  const moved = (object: FakeObject): FakeObject => {
    const { labels: stack, uid } = object.metadata
    const owner =
      stack === undefined
        ? {}
        : { labels: { ...Object(stack), 'ingress.k8s.aws/stack-namespace': namespace } }
    const own = uid === undefined ? {} : { uid: `${uid}-in-${namespace}` }
    return { ...object, metadata: { ...object.metadata, ...owner, ...own, namespace } }
  }
  server.put(NAMESPACES, { metadata: { name: namespace } })
  for (const name of names) {
    server.put(DEPLOYMENTS, moved(deployment(name, created)))
    server.put(SERVICES, moved(service(name)))
    server.put(INGRESSES, moved(ingress(name)))
    server.put(BINDINGS, moved(binding(name)))
  }
  await until(() => {
    for (const app of names) {
      const [exposure] = live.view.exposuresOf({ namespace, labels: { app }, matching: 'template' }).exposures
      expect(exposure && live.view.progressOf(exposure).isBound).toBe(true)
      expect(live.view.workload({ kind: 'Deployment', namespace, name: app })).toBeDefined()
    }
  })
}

const exposureOf = ({ view }: LiveInventory, app: string) =>
  view.exposuresOf({ namespace: 'shop', labels: { app }, matching: 'template' }).exposures[0]

function progressOf(live: LiveInventory, app: string) {
  const exposure = exposureOf(live, app)
  const { live: facts } = live.view.workload({ kind: 'Deployment', namespace: 'shop', name: app }) ?? {}
  return exposure === undefined || facts === undefined ? undefined : live.view.progressOf(exposure)
}

const recordOf = (name: string): unknown => {
  const { spec } = server.stored(DEPLOYMENTS, name, 'shop') as unknown as ReturnType<typeof deployment>
  const { annotations } = spec.template.metadata as { annotations?: Record<string, string> }
  return annotations?.[RECORD_ANNOTATION]
}

const tick = (loop: ControlLoop): Promise<void> => loop.tick(stop.signal)
const touches = () => server.writes.filter(({ query }) => query['dryRun'] === undefined)

describe('a newborn whose manifest states a grace below the sleep', () => {
  const applied = JSON.stringify({ spec: { template: { spec: { terminationGracePeriodSeconds: 30 } } } })
  const ADOPTED = '{"sleep":{},"created":{"annotations":true,"lifecycle":[]},"adopted":"Ingress shop/web"}'
  const webIn = (live: LiveInventory) =>
    live.view.workload({ kind: 'Deployment', namespace: 'shop', name: 'web' })?.live

  async function bornStating(live: LiveInventory): Promise<void> {
    await born(live, 'web')
    const plain = deployment('web')
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': applied }
    server.put(DEPLOYMENTS, { ...plain, metadata: { ...plain.metadata, annotations } })
  }

  test('is adopted: its template keeps its values, and one rollout gives its Pods both', async () => {
    const live = await followed()
    admitting(live)
    await bornStating(live)
    const loop = loopOver(live)
    await tick(loop)
    const { spec } = server.stored(DEPLOYMENTS, 'web', 'shop') as unknown as ReturnType<typeof deployment>
    expect(spec.template.metadata).toEqual({
      labels: { app: 'web' },
      annotations: { [RECORD_ANNOTATION]: ADOPTED },
    })
    expect(spec.template.spec).toEqual(deployment('web').spec.template.spec)
    // S = 5 + 25 + 10 + 5 = 45; the application keeps all of its 30: G = 45 + 30 = 75.
    const note =
      'rolled out once: its load balancer (Ingress shop/web) came after it; each new Pod gets sleep 45 s, grace 75 s'
    expect(events.map((event) => [event.reason, event.note])).toEqual([['Adopted', note]])
    expect(outcomes).toEqual(['adopted'])
    await until(() => expect(webIn(live)?.adopted).toBe(true))
    age = 700_000
    await tick(loop)
    await tick(loopOver(live))
    expect([server.writes.length, events.length]).toEqual([2, 1])
  })

  test('not while the webhook is away: nothing shows that its Pods would get their hooks', async () => {
    const live = await followed()
    await bornStating(live)
    await tick(loopOver(live))
    expect(touches()).toEqual([])
    expect(outcomes).toEqual(['not-injected'])
  })

  test('a webhook that goes away after the dry run: told, and never rolled out again', async () => {
    const live = await followed()
    admitting(live)
    await bornStating(live)
    const answers = server.admission
    server.admission = (object, current) => {
      server.admission = (untouched) => untouched
      return answers(object, current)
    }
    const loop = loopOver(live)
    await tick(loop)
    expect(outcomes).toEqual(['missed'])
    await until(() => expect(webIn(live)?.recorded).toBe(true))
    expect(webIn(live)?.adopted).toBe(false)
    await tick(loop)
    expect(events.map(({ reason }) => reason)).toEqual(['ExposedUnprotected'])
    expect(touches().length).toBe(1)
  })
})

describe('an all-in-one apply with the Ingress last', () => {
  test('is adopted: one dry run, one touch, one Event; then nothing more', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const loop = loopOver(live)
    await tick(loop)
    expect(server.writes.map(({ method, path, query }) => [method, path, query])).toEqual([
      ['PATCH', `${PATH}web`, { fieldManager: 'slackwater', dryRun: 'All' }],
      ['PATCH', `${PATH}web`, { fieldManager: 'slackwater' }],
    ])
    const { spec } = server.stored(DEPLOYMENTS, 'web', 'shop') as unknown as ReturnType<typeof deployment>
    const { metadata, spec: podSpec } = spec.template
    expect(metadata).toEqual({ labels: { app: 'web' }, annotations: { [RECORD_ANNOTATION]: STORED_RECORD } })
    expect(podSpec).toEqual({
      terminationGracePeriodSeconds: 75,
      containers: [{ name: 'app', image: 'web:1', lifecycle: { preStop: { sleep: { seconds: 45 } } } }],
    })
    expect(events).toEqual([
      {
        regarding: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          namespace: 'shop',
          name: 'web',
          uid: 'uid-of-web',
        },
        type: 'Normal',
        reason: 'Adopted',
        action: 'RollOut',
        note: 'rolled out once: its load balancer (Ingress shop/web) came after it; sleep 45 s, grace 75 s',
      },
    ])
    expect(outcomes).toEqual(['adopted'])
    await until(() =>
      expect(live.view.workload({ kind: 'Deployment', namespace: 'shop', name: 'web' })?.live?.unhooked).toBe(
        false,
      ),
    )
    await tick(loop)
    expect([touches().length, events.length]).toEqual([1, 1])
  })

  test('writes only an annotation of the template, over the version that was read', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const version = server.stored(DEPLOYMENTS, 'web', 'shop')?.metadata['resourceVersion']
    await tick(loopOver(live))
    const annotations = {
      [RECORD_ANNOTATION]: '{"sleep":{},"created":{"annotations":true,"lifecycle":[]}}',
    }
    expect(touches().map(({ body }) => body)).toEqual([
      { metadata: { resourceVersion: version }, spec: { template: { metadata: { annotations } } } },
    ])
  })

  test('its address may come together with the TargetGroupBinding, as LBC writes them', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    server.put(INGRESSES, ingress('web', ADDRESS))
    await until(() => expect(progressOf(live, 'web')?.address).toBe('new'))
    await tick(loopOver(live))
    expect(touches().length).toBe(1)
  })

  test('two loops at once: one touch, one Event', async () => {
    const live = await followed()
    const other = await followed()
    admitting(live)
    await born(live, 'web')
    await born(other, 'web')
    await Promise.all([tick(loopOver(live)), tick(loopOver(other))])
    expect(events.map(({ reason }) => reason)).toEqual(['Adopted'])
    expect(recordOf('web')).toBe(STORED_RECORD)
    const accepted = outcomes.filter((outcome) => outcome === 'adopted')
    expect(accepted.length).toBe(1)
  })

  test('a person’s edit in between wins, and the next tick goes over it', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const injecting = server.admission
    server.admission = (object, current) => {
      server.admission = injecting
      const edited = deployment('web')
      server.put(DEPLOYMENTS, { ...edited, metadata: { ...edited.metadata, labels: { team: 'shop' } } })
      return injecting(object, current)
    }
    const loop = loopOver(live)
    await tick(loop)
    expect(outcomes).toEqual(['conflict'])
    expect(server.stored(DEPLOYMENTS, 'web', 'shop')?.metadata['labels']).toEqual({ team: 'shop' })
    await tick(loop)
    expect(outcomes).toEqual(['conflict', 'adopted'])
    expect(server.stored(DEPLOYMENTS, 'web', 'shop')?.metadata['labels']).toEqual({ team: 'shop' })
  })

  test('no more than ten in any minute, the oldest first', async () => {
    const live = await followed()
    admitting(live)
    const names = Array.from({ length: 12 }, (_, index) => `web-${index}`)
    await born(live, ...names)
    const first = '2026-11-21T09:59:00Z'
    server.put(DEPLOYMENTS, deployment('web-11', first))
    await until(() => {
      const ref = { kind: 'Deployment', namespace: 'shop', name: 'web-11' }
      expect(live.view.workload(ref)?.live?.created).toBe(Date.parse(first))
    })
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    expect(touches().length).toBe(10)
    expect(touches()[0]?.path).toBe(`${PATH}web-11`)
    now = 59_000
    await tick(loop)
    expect(touches().length).toBe(10)
    now = 61_000
    await tick(loop)
    expect(touches().length).toBe(12)
  })
})

describe('one namespace keeps no other waiting', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `web-${index}`)
  const touched = () => touches().map(({ path }) => path.split('/').slice(5).join('/'))

  test('with its newborns: the younger one of a neighbor has the second turn', async () => {
    const live = await followed()
    admitting(live)
    await bornIn(live, 'shop', numbered(40))
    await bornIn(live, 'mall', ['web'], 5)
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    expect(touched().slice(0, 3)).toEqual([
      'shop/deployments/web-0',
      'mall/deployments/web',
      'shop/deployments/web-1',
    ])
    // Ten in a minute of the one, and the neighbor's.
    expect(touched()).toHaveLength(11)
    await bornIn(live, 'mall', ['later'], 6)
    now = 5_000
    await tick(loop)
    expect(touched().slice(11), 'the minute of the one is used up, not the cluster’s').toEqual([
      'mall/deployments/later',
    ])
  })

  test('nor do many: thirty in any minute, and who had the least recent turn is the next', async () => {
    const live = await followed()
    admitting(live)
    const all = ['a', 'b', 'c', 'd']
    for (const namespace of all) await bornIn(live, namespace, numbered(10))
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    expect(touched()).toHaveLength(30)
    // 4 × 7 + 2: two have had eight turns, and it is the other two that are next.
    const counts = all.map((namespace) => touched().filter((path) => path.startsWith(`${namespace}/`)).length)
    expect([...counts].sort()).toEqual([7, 7, 8, 8])
    now = 60_001
    await tick(loop)
    expect(touched()).toHaveLength(40)
    const nextTwo = touched().slice(30, 32)
    const behind = all.filter((_, index) => counts[index] === 7)
    expect(nextTwo.map((path) => path.split('/')[0]).sort()).toEqual(behind)
  })

  test('with what is tried and comes to nothing: thirty attempts in one tick', async () => {
    const live = await followed()
    await bornIn(live, 'shop', numbered(40))
    await bornIn(live, 'mall', ['web'], 5)
    await tick(loopOver(live))
    expect(server.writes.length).toBe(30)
    expect(server.writes[1]?.path).toContain('/mall/')
  })

  test('with an object over which the API server fails: the others are adopted, and told', async () => {
    const live = await followed()
    admitting(live)
    await bornIn(live, 'shop', ['web'])
    await bornIn(live, 'mall', ['web'], 5)
    server.refused.set(`${PATH}web`, 500)
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    expect(touched()).toEqual(['mall/deployments/web'])
    server.refused.clear()
    now = 29_999
    await tick(loop)
    expect(touched()).toHaveLength(1)
    now = 30_000
    await tick(loop)
    expect(touched()).toEqual(['mall/deployments/web', 'shop/deployments/web'])
  })

  test('what the API server fails over has its namespace wait for the next tick, once in half a minute', async () => {
    const live = await followed()
    await bornIn(live, 'shop', ['web', 'web-1', 'web-2'])
    for (const name of ['web', 'web-1']) server.refused.set(`GET ${PATH}${name}`, 500)
    age = 700_000
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    expect(server.asked.map(({ path }) => path).filter((path) => path.startsWith(PATH))).toEqual([
      `${PATH}web`,
    ])
    await tick(loop)
    await tick(loop)
    expect(events.map(({ regarding }) => regarding.name)).toEqual(['web-2'])
    server.refused.clear()
    now = 30_000
    await tick(loop)
    expect(events.map(({ regarding }) => regarding.name)).toEqual(['web-2', 'web', 'web-1'])
  })

  test('an API server that fails over three namespaces is asked no further, and the tick has failed', async () => {
    const live = await followed()
    admitting(live)
    for (const namespace of ['a', 'b', 'c', 'd']) await bornIn(live, namespace, ['web', 'shop'])
    for (const namespace of ['a', 'b', 'c', 'd'])
      for (const name of ['web', 'shop'])
        server.refused.set(`PATCH ${PATH.replace('/shop/', `/${namespace}/`)}${name}`, 503)
    await expect(tick(loopOver(live))).rejects.toThrow('503')
    expect(server.writes.length).toBe(3)
  })

  test('with what is to be told: the neighbor’s is among the first twenty', async () => {
    const live = await followed()
    await bornIn(live, 'shop', numbered(40))
    await bornIn(live, 'mall', ['web'], 5)
    age = 700_000
    await tick(loopOver(live))
    expect(events).toHaveLength(20)
    expect(events[1]?.regarding.namespace).toBe('mall')
  })
})

test('a webhook that goes away after the dry run: one rollout without hooks, told, and never another', async () => {
  const live = await followed()
  admitting(live)
  await born(live, 'web')
  const injecting = server.admission
  server.admission = (object, current) => {
    server.admission = (untouched) => untouched
    return injecting(object, current)
  }
  const ref = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  let now = 0
  const loop = loopOver(live, { now: () => now })
  await tick(loop)
  expect([outcomes, events, touches().length]).toEqual([['missed'], [], 1])
  await until(() => expect(live.view.workload(ref)?.live?.recorded).toBe(true))
  admitting(live)
  now = 60_000
  await tick(loop)
  expect([outcomes, touches().length]).toEqual([['missed'], 1])
  expect(events.map(({ note }) => note)).toEqual([
    expect.stringContaining('has written its template once already'),
  ])
})

describe('nothing is touched', () => {
  test('while the webhook is away: the dry run comes back without hooks, and is asked again after 30 s', async () => {
    const live = await followed()
    await born(live, 'web')
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    now = 29_999
    await tick(loop)
    expect([outcomes, touches()]).toEqual([['not-injected'], []])
    expect(recordOf('web')).toBeUndefined()
    admitting(live)
    now = 30_000
    await tick(loop)
    expect(outcomes).toEqual(['not-injected', 'adopted'])
  })

  test('when another webhook changes the template as well; it is told', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const injecting = server.admission
    server.admission = (object, current) => {
      const spec = object['spec'] as ReturnType<typeof deployment>['spec']
      const template = { ...spec.template, spec: { ...spec.template.spec, serviceAccountName: 'other' } }
      return injecting({ ...object, spec: { ...spec, template } } as FakeObject, current)
    }
    await tick(loopOver(live))
    expect([outcomes, touches()]).toEqual([['changed-by-others'], []])
    expect(events.map(({ note }) => note)).toEqual([
      expect.stringContaining('another admission webhook changes its template too'),
    ])
  })

  test('when the API server refuses: told once, in its words', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    server.refused.set(`PATCH ${PATH}web`, 403)
    let now = 0
    const loop = loopOver(live, { now: () => now })
    await tick(loop)
    now = 60_000
    await tick(loop)
    expect([outcomes, server.writes.length]).toEqual([['refused'], 1])
    expect(events.map(({ note }) => note)).toEqual([expect.stringContaining('refused it, 403: refused')])
  })

  test('when the cluster is not heard', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const inventory = { ...live.view, doubt: () => 'services not up to date for 200 s' }
    await tick(loopOver(live, { inventory }))
    expect([server.writes, events]).toEqual([[], []])
  })

  test('when what is stored is no newborn any more, though the copy of it still is', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const seen = [...live.view.workloads()]
    const rolled = deployment('web')
    const annotations = { 'deployment.kubernetes.io/revision': '2' }
    server.put(DEPLOYMENTS, { ...rolled, metadata: { ...rolled.metadata, annotations } })
    await tick(loopOver(live, { inventory: { ...live.view, workloads: () => seen } }))
    expect(server.writes).toEqual([])
  })

  test('while it is paused: told, and adopted once it is resumed', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const seen = [...live.view.workloads()]
    const { metadata, spec } = deployment('web')
    server.put(DEPLOYMENTS, { metadata, spec: { ...spec, paused: true } })
    const loop = loopOver(live)
    await tick(loopOver(live, { inventory: { ...live.view, workloads: () => seen } }))
    expect(server.writes, 'also where the copy does not know it yet').toEqual([])
    const ref = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    await until(() => expect(live.view.workload(ref)?.live?.paused).toBe(true))
    await tick(loop)
    await tick(loop)
    expect(server.writes).toEqual([])
    expect(events.map(({ reason, note }) => [reason, note])).toEqual([
      [
        'ExposedUnprotected',
        expect.stringMatching(/by Slackwater: it is paused: .*slackwater handover deployment\/web -n shop/),
      ],
    ])
    server.put(DEPLOYMENTS, { metadata, spec })
    await until(() => expect(live.view.workload(ref)?.live?.paused).toBe(false))
    await tick(loop)
    expect([outcomes, touches().length]).toEqual([['adopted'], 1])
  })

  test('before the namespace has its label, or LBC its TargetGroupBinding', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    await tick(loopOver(live, { gateSettled: () => false }))
    server.remove(BINDINGS, 'k8s-shop-web', 'shop')
    await until(() => expect(progressOf(live, 'web')?.isBound).toBe(false))
    await tick(loopOver(live))
    expect([server.writes, events]).toEqual([[], []])
  })

  test('in the load balancer controller’s own namespace', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    await tick(loopOver(live, { furtherNamespaces: () => ['shop'] }))
    expect([server.writes, events]).toEqual([[], []])
  })
})

describe('a person chooses the moment', () => {
  const told = () => events.map(({ type, reason, note }) => [type, reason, note])

  test('of what was exposed before we came: told once', async () => {
    server.put(DEPLOYMENTS, deployment('web'))
    server.put(SERVICES, service('web'))
    server.put(INGRESSES, ingress('web'))
    server.put(BINDINGS, binding('web'))
    const live = await followed()
    admitting(live)
    const loop = loopOver(live)
    await tick(loop)
    await tick(loop)
    expect(server.writes).toEqual([])
    expect(told()).toEqual([
      [
        'Warning',
        'ExposedUnprotected',
        'Pods that are older than Ingress shop/web have no preStop hook (needed: sleep 45 s, grace 75 s). Not rolled out by Slackwater: Ingress shop/web existed before Slackwater started. To protect their replacements, in mode enforce: slackwater handover deployment/web -n shop; a rollout before it loses requests: each Pod without a hook ends while its load balancer still sends to it, for about 30 s',
      ],
    ])
  })

  test('what was told is not told again after a time of doubt', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    age = 600_000
    let doubt: string | undefined
    const known = live.view.exposuresOf
    const loop = loopOver(live, {
      inventory: {
        ...live.view,
        doubt: () => doubt,
        exposuresOf: (selection) => (doubt === undefined ? known(selection) : { exposures: [] }),
      },
    })
    await tick(loop)
    doubt = 'services not up to date for 200 s'
    await tick(loop)
    doubt = undefined
    await tick(loop)
    expect(events.length).toBe(1)
  })

  test('of a workload that has grown up', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    age = 600_000
    await tick(loopOver(live))
    expect(server.writes).toEqual([])
    expect(told()).toEqual([['Warning', 'ExposedUnprotected', expect.stringContaining('ten minutes ago')]])
    const shown = linesShown('docs/failure-behaviour.md', 'Warning  ExposedUnprotected').join(' ')
    expect(shown.split(/\s+/)).toEqual(`Warning ExposedUnprotected ${told()[0]?.[2]}`.split(/\s+/))
  })

  test('of a second Ingress on a served workload', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    server.put(INGRESSES, {
      ...ingress('web'),
      metadata: { ...ingress('web').metadata, name: 'second' },
    })
    await until(() => {
      const selection = { namespace: 'shop', labels: { app: 'web' }, matching: 'template' } as const
      expect(live.view.exposuresOf(selection).exposures.length).toBe(2)
    })
    await tick(loopOver(live))
    expect(server.writes).toEqual([])
    expect(told()).toEqual([['Warning', 'ExposedUnprotected', expect.stringContaining('2 target groups')]])
  })

  test('in dry-run, with the words for it', async () => {
    settings = settingsWith({ mode: 'dry-run' })
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    await tick(loopOver(live))
    expect(server.writes).toEqual([])
    const note = expect.stringContaining(
      'Not rolled out by Slackwater: the mode is dry-run. To protect their replacements, in mode enforce: slackwater handover',
    )
    expect(told()).toEqual([['Warning', 'ExposedUnprotected', note]])
  })

  test('once, whatever the mode becomes: the Event of a later process has the same text, and so the same name', async () => {
    const live = await followed()
    await born(live, 'web')
    age = 700_000
    settings = settingsWith({ mode: 'dry-run' })
    await tick(loopOver(live))
    settings = settingsWith()
    await tick(loopOver(live))
    expect(events.length).toBe(2)
    expect(new Set(events.map(eventName)).size).toBe(1)
  })

  test('not told where the sleep is withheld: that is an outage, not a late exposure', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web')
    const recreate = deployment('web')
    server.put(DEPLOYMENTS, {
      ...recreate,
      spec: { ...recreate.spec, strategy: { type: 'Recreate' } },
    } as FakeObject)
    await until(() => {
      const ref = { kind: 'Deployment', namespace: 'shop', name: 'web' }
      expect(live.view.workload(ref)?.replacement.kind).toBe('recreate')
    })
    age = 600_000
    await tick(loopOver(live))
    expect([server.writes, events]).toEqual([[], []])
  })

  test('one that may not be read keeps nobody waiting', async () => {
    const live = await followed()
    admitting(live)
    await born(live, 'web', 'cart')
    age = 600_000
    server.refused.set(`${PATH}web`, 403)
    await tick(loopOver(live))
    expect(events.map(({ regarding }) => regarding.name)).toEqual(['cart'])
  })

  test('a first start in a large cluster reads no more than twenty in one tick', async () => {
    for (let index = 0; index < 25; index++) {
      server.put(DEPLOYMENTS, deployment(`web-${index}`))
      server.put(SERVICES, service(`web-${index}`))
      server.put(INGRESSES, ingress(`web-${index}`))
    }
    const live = await followed()
    const loop = loopOver(live)
    await tick(loop)
    expect(events.length).toBe(20)
    await tick(loop)
    expect(events.length).toBe(25)
  })
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLiveInventory, type LiveInventory, LONGEST_AGE } from '../../src/cluster/live-inventory.ts'
import type { Timing } from '../../src/cluster/reflector.ts'
import { DEFAULT_SETTINGS as settings } from '../../src/settings/schema.ts'
import {
  AUTOSCALERS,
  apiAt,
  BINDINGS,
  BUILT_IN,
  CONFIG_MAPS,
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  FakeApiServer,
  INGRESS_CLASSES,
  INGRESSES,
  OWN_CONFIG_MAPS,
  SERVICES,
  WEBHOOKS,
} from './fake-api-server.ts'

/** Short, so that what takes minutes in a cluster is seen at once; nothing here asserts how long a thing took. */
const TIMING: Timing = { watch: 60_000, silence: 60_000, absent: 30, firstRetry: 5, longestRetry: 20 }

const service = (name: string, app = name) => ({
  metadata: { name, namespace: 'shop' },
  spec: { type: 'ClusterIP', selector: { app }, ports: [{ port: 80 }] },
})
const ingress = (name: string) => ({
  metadata: { name, namespace: 'shop', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
})
const ingressClass = { metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } }
const deployment = (name: string, replicas: number) => ({
  metadata: { name, namespace: 'shop' },
  spec: { replicas, template: { spec: { containers: [] } } },
})
const binding = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: { serviceRef: { name: 'web', port: 80 }, targetType: 'ip' },
}
const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' }

let server: FakeApiServer
let port: number
let stop: AbortController
let running: Promise<void>
let failures: string[]
let unreadable: string[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(...BUILT_IN)
  server.put(INGRESS_CLASSES, ingressClass)
  server.put(SERVICES, service('web'))
  server.put(INGRESSES, ingress('web'))
  port = await server.start()
  stop = new AbortController()
  running = Promise.resolve()
  failures = []
  unreadable = []
})

afterEach(async () => {
  stop.abort()
  await running
  await server.stop().catch(() => undefined)
})

function follow(timing: Partial<Timing> = {}): LiveInventory {
  const live = createLiveInventory({
    api: apiAt(port),
    settings,
    timing: { ...TIMING, ...timing },
    now: () => performance.now(),
    date: () => new Date(),
    random: () => 0,
    listener: {
      onFailure: (resource, error) =>
        failures.push(`${resource}: ${error instanceof Error ? error.message : error}`),
      onUnreadable: (problem) => unreadable.push(problem),
    },
  })
  running = live.run(stop.signal)
  return live
}

const exposed = ({ view }: LiveInventory, app = 'web') =>
  view.exposuresOf({ namespace: 'shop', labels: { app }, matching: 'template' }).exposures.map(({ id }) => id)

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 40_000, interval: 5 })

async function followed(timing: Partial<Timing> = {}): Promise<LiveInventory> {
  const live = follow(timing)
  await until(() => expect(live.missing()).toEqual([]))
  await until(() => expect(BUILT_IN.every((path) => server.watching(path))).toBe(true))
  return live
}

describe('following', () => {
  test('lists first: nothing is missing when every built-in resource was listed', async () => {
    const live = follow()
    expect(live.missing()).toContain('services')
    expect(live.missing()).toContain('ingresses.networking.k8s.io')
    await until(() => expect(live.missing()).toEqual([]))
    expect(exposed(live)).toEqual(['ingress shop/web → shop/web:80'])
  })

  test('then hears what is added, changed and deleted', async () => {
    const live = await followed()
    server.put(SERVICES, service('cart'))
    server.put(INGRESSES, ingress('cart'))
    await until(() => expect(exposed(live, 'cart')).toEqual(['ingress shop/cart → shop/cart:80']))
    server.put(SERVICES, service('cart', 'basket'))
    await until(() => expect(exposed(live, 'basket')).toHaveLength(1))
    expect(exposed(live, 'cart')).toEqual([])
    server.remove(INGRESSES, 'web', 'shop')
    await until(() => expect(exposed(live)).toEqual([]))
  })

  test('workloads are kept without their templates', async () => {
    server.put(DEPLOYMENTS, deployment('web', 3))
    const live = await followed()
    expect(live.view.workload(WEB)?.replicas).toBe(3)
    server.put(DEPLOYMENTS, deployment('web', 5))
    await until(() => expect(live.view.workload(WEB)?.replicas).toBe(5))
    server.remove(DEPLOYMENTS, 'web', 'shop')
    await until(() => expect(live.view.workload(WEB)).toBeUndefined())
  })

  test('a list of three pages is read whole', async () => {
    for (let index = 0; index < 1200; index++) server.put(SERVICES, service(`extra-${index}`))
    server.put(INGRESSES, ingress('extra-1199'))
    const live = await followed()
    expect(exposed(live, 'extra-1199')).toHaveLength(1)
    const pages = server.asked.filter(({ path, watch }) => path === SERVICES && !watch)
    expect(pages).toHaveLength(3)
  })

  test('an object that cannot be read is named and passed over; its neighbors stand', async () => {
    server.put(SERVICES, { metadata: { name: 'odd', namespace: 'shop' }, spec: { type: 'Magic' } })
    const live = await followed()
    expect(unreadable).toHaveLength(1)
    expect(unreadable[0]).toMatch(/^services shop\/odd: .*Magic/)
    expect(exposed(live)).toHaveLength(1)
  })

  test('what was known of an object goes when it becomes unreadable', async () => {
    const live = await followed()
    server.put(SERVICES, { metadata: { name: 'web', namespace: 'shop' }, spec: { type: 'Magic' } })
    await until(() => expect(exposed(live)).toEqual([]))
  })
})

describe('the load balancer controller', () => {
  const controller = (...args: readonly string[]) => ({
    metadata: { name: 'lbc', namespace: 'kube-system' },
    spec: {
      replicas: 2,
      template: {
        metadata: { labels: { app: 'lbc' } },
        spec: { containers: [{ image: 'example.com/mirrored:v3', args }] },
      },
    },
    status: { readyReplicas: 2 },
  })
  const webhook = {
    metadata: { name: 'aws-load-balancer-webhook' },
    webhooks: [
      {
        name: 'mpod.elbv2.k8s.aws',
        clientConfig: { service: { namespace: 'kube-system', name: 'hook' } },
        namespaceSelector: { matchLabels: { gates: 'on' } },
      },
    ],
  }
  const hookService = {
    metadata: { name: 'hook', namespace: 'kube-system' },
    spec: { selector: { app: 'lbc' } },
  }
  const plain = {
    metadata: { name: 'plain', namespace: 'shop' },
    spec: { ...service('plain').spec, type: 'NodePort' },
  }
  const plainIngress = { ...ingress('plain'), metadata: { name: 'plain', namespace: 'shop' } }
  const targetType = ({ view }: LiveInventory) =>
    view.exposuresOf({ namespace: 'shop', labels: { app: 'plain' }, matching: 'template' }).exposures[0]
      ?.targetType

  test('its arguments are read from the Deployment that its webhook sends to, and again when they change', async () => {
    server.put(SERVICES, plain)
    server.put(SERVICES, hookService)
    server.put(INGRESSES, plainIngress)
    server.put(WEBHOOKS, webhook)
    server.put(DEPLOYMENTS, controller('--default-target-type=ip'))
    const live = await followed()
    const ref = { kind: 'Deployment', namespace: 'kube-system', name: 'lbc' }
    expect(live.view.lbc()).toMatchObject({
      deployment: { ref, desired: 2, ready: 2 },
      gateWebhooks: [{ controller: 'lbc', namespaceSelector: { matchLabels: { gates: 'on' } } }],
    })
    expect(targetType(live)).toMatchObject({
      value: 'ip',
      origin: { rank: 'observed', source: { name: '--default-target-type', object: ref } },
    })
    server.put(DEPLOYMENTS, controller('--default-target-type=instance'))
    await until(() => expect(targetType(live)?.value).toBe('instance'))
    server.put(DEPLOYMENTS, controller('--default-target-type=ip', '--watch-namespace=elsewhere'))
    await until(() => expect(live.view.lbc().settings.watchNamespace.value).toBe('elsewhere'))
    server.remove(DEPLOYMENTS, 'lbc', 'kube-system')
    await until(() => expect(live.view.lbc().deployment).toBeUndefined())
    expect(targetType(live)).toMatchObject({ value: 'instance', origin: { rank: 'assumed' } })
    server.remove(WEBHOOKS, 'aws-load-balancer-webhook')
    await until(() => expect(live.view.lbc().gateWebhooks).toEqual([]))
  })
})

describe('surviving', () => {
  test('a watch that the API server ends goes on from the last version, without a list', async () => {
    const live = await followed()
    server.put(SERVICES, service('cart'))
    const version = server.version
    await until(() => expect(exposed(live)).toHaveLength(1))
    server.endWatches(SERVICES)
    await until(() =>
      expect(server.asked.filter(({ path, watch }) => path === SERVICES && watch).at(-1)?.version).toBe(
        version,
      ),
    )
    expect(server.asked.filter(({ path, watch }) => path === SERVICES && !watch)).toHaveLength(1)
  })

  test('a bookmark moves the version on', async () => {
    await followed()
    server.bookmark(SERVICES)
    const version = server.version
    server.endWatches(SERVICES)
    await until(() =>
      expect(server.asked.filter(({ path, watch }) => path === SERVICES && watch).at(-1)?.version).toBe(
        version,
      ),
    )
  })

  test('a connection that breaks is tried again, and told', async () => {
    const live = await followed()
    server.put(SERVICES, service('cart'))
    const version = server.version
    server.put(INGRESSES, ingress('cart'))
    await until(() => expect(exposed(live, 'cart')).toHaveLength(1))
    server.breakWatches(SERVICES)
    await until(() => expect(failures.some((failure) => failure.startsWith('services: '))).toBe(true))
    await until(() => expect(server.watching(SERVICES)).toBe(true))
    const resumed = server.asked.filter(({ path, watch }) => path === SERVICES && watch).at(-1)
    expect(resumed?.version).toBe(version)
    server.put(SERVICES, service('web', 'other'))
    await until(() => expect(exposed(live)).toEqual([]))
  })

  test('an expired version is listed anew, and what went meanwhile goes', async () => {
    const live = await followed()
    server.removeSilently(INGRESSES, 'web', 'shop')
    server.expire(INGRESSES)
    await until(() => expect(exposed(live)).toEqual([]))
    expect(server.asked.filter(({ path, watch }) => path === INGRESSES && !watch)).toHaveLength(2)
  })

  test('a watch that falls silent is broken off, and a list says at once what became of the rest', async () => {
    await followed({ silence: 200 })
    const asked = (isWatch: boolean): number =>
      server.asked.filter(({ path, watch }) => path === SERVICES && watch === isWatch).length
    await until(() => expect(failures.some((failure) => failure.includes('no data received'))).toBe(true))
    await until(() => expect(asked(false)).toBeGreaterThan(1))
    await until(() => expect(asked(true)).toBeGreaterThan(1))
  })

  test('a built-in resource that is not served is a failure, not an absence', async () => {
    server.unserve(DEPLOYMENTS)
    const live = follow()
    await until(() => expect(failures).toContain('deployments.apps: 404: refused'))
    await until(() => expect(live.missing()).toEqual(['deployments.apps']))
  })

  test('an API server that is away at the start is waited for', async () => {
    await server.stop()
    const live = follow()
    await until(() => expect(failures.length).toBeGreaterThan(7))
    expect(live.missing()).toContain('services')
    server = new FakeApiServer()
    server.serve(...BUILT_IN)
    await server.start(port)
    await until(() => expect(live.missing()).toEqual([]))
  })

  test('an API server that restarts with other objects is believed', async () => {
    const live = await followed()
    await server.stop()
    server = new FakeApiServer()
    server.serve(...BUILT_IN)
    server.refused.set(SERVICES, 410)
    await server.start(port)
    await until(() => expect(server.asked.some(({ path }) => path === SERVICES)).toBe(true))
    server.refused.clear()
    await until(() => expect(exposed(live)).toEqual([]))
  })

  test('a list that is forbidden is told by name, and stays missing', async () => {
    server.refused.set(INGRESSES, 403)
    const live = follow()
    await until(() => expect(failures).toContain('ingresses.networking.k8s.io: 403: refused'))
    await until(() => expect(live.missing()).toEqual(['ingresses.networking.k8s.io']))
    server.refused.clear()
    await until(() => expect(live.missing()).toEqual([]))
  })
})

test('what no decision rests on may be forbidden: that is logged, and everything else goes on', async () => {
  server.refused.set(DISRUPTION_BUDGETS, 403)
  const live = follow()
  await until(() => expect(live.missing()).toEqual([]))
  await until(() => expect(failures).toContain('poddisruptionbudgets.policy: 403: refused'))
  expect(live.view.doubt?.()).toBeUndefined()
  expect(live.resources).not.toContain('poddisruptionbudgets.policy')
  await until(() => expect(exposed(live)).toHaveLength(1))
})

describe('autoscalers, whose minimum decides about the sleep', () => {
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  const autoscaler = (minReplicas: number) => ({
    metadata: { name: 'web', namespace: 'shop' },
    spec: { scaleTargetRef: target, minReplicas, maxReplicas: 40 },
  })
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
  const by = { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' }

  test('while they may not be read, nothing is decided', async () => {
    server.refused.set(AUTOSCALERS, 403)
    const live = follow()
    await until(() => expect(live.missing()).toEqual(['horizontalpodautoscalers.autoscaling']))
    expect(live.view.doubt?.()).toContain('horizontalpodautoscalers.autoscaling')
    expect(exposed(live)).toEqual([])
    server.refused.clear()
    await until(() => expect(live.missing()).toEqual([]))
    expect(live.ages().map(({ resource }) => resource)).toContain('horizontalpodautoscalers.autoscaling')
  })

  test('come, change and go', async () => {
    const live = await followed()
    expect(live.view.autoscaled(workload)).toBeUndefined()
    server.put(AUTOSCALERS, autoscaler(6))
    await until(() => expect(live.view.autoscaled(workload)).toEqual({ least: 6, most: 40, by }))
    server.put(AUTOSCALERS, autoscaler(2))
    await until(() => expect(live.view.autoscaled(workload)?.least).toBe(2))
    server.remove(AUTOSCALERS, 'web', 'shop')
    await until(() => expect(live.view.autoscaled(workload)).toBeUndefined())
  })
})

describe('definitions that come and go', () => {
  test('one that is not installed is neither missing nor a failure', async () => {
    const live = await followed()
    expect(live.ages().map(({ resource }) => resource)).not.toContain('targetgroupbindings.elbv2.k8s.aws')
    expect(failures).toEqual([])
  })

  test('it is picked up when it appears, and let go when it is removed', async () => {
    const live = await followed()
    server.serve(BINDINGS)
    server.put(BINDINGS, binding)
    await until(() => expect(exposed(live)).toContain('binding shop/web → shop/web:80'))
    server.unserve(BINDINGS)
    await until(() => expect(exposed(live)).toEqual(['ingress shop/web → shop/web:80']))
    expect(live.missing()).toEqual([])
  })

  test('of several versions the best that is served is followed', async () => {
    const old = '/apis/gateway.k8s.aws/v1beta1/targetgroupconfigurations'
    server.serve(old)
    await followed()
    await until(() => expect(server.watching(old)).toBe(true))
    const asked = server.asked
      .map(({ path }) => path)
      .filter((path) => path.endsWith('/targetgroupconfigurations'))
    expect(asked.slice(0, 2)).toEqual(['/apis/gateway.k8s.aws/v1/targetgroupconfigurations', old])
  })
})

test('the age of each resource is counted from what was last heard', async () => {
  let clock = 0
  const live = createLiveInventory({
    api: apiAt(port),
    settings,
    timing: TIMING,
    now: () => clock,
    date: () => new Date(),
    random: () => 0,
    listener: { onFailure: () => undefined, onUnreadable: () => undefined },
  })
  running = live.run(stop.signal)
  await until(() => expect(server.watching(SERVICES)).toBe(true))
  const ageOf = (name: string) => live.ages().find(({ resource }) => resource === name)?.seconds
  clock = 90_000
  expect(ageOf('services')).toBe(90)
  server.bookmark(SERVICES)
  await until(() => expect(ageOf('services')).toBe(0))
})

test('on the word of a copy that is too old nothing is told to be exposed, until it is heard of again', async () => {
  let clock = 0
  const live = createLiveInventory({
    api: apiAt(port),
    settings,
    timing: TIMING,
    now: () => clock,
    date: () => new Date(),
    random: () => 0,
    listener: { onFailure: () => undefined, onUnreadable: () => undefined },
  })
  running = live.run(stop.signal)
  expect(live.view.doubt?.()).toContain('services')
  await until(() => expect(live.missing()).toEqual([]))
  await until(() => expect(BUILT_IN.every((path) => server.watching(path))).toBe(true))
  clock = LONGEST_AGE * 1000
  expect(live.view.doubt?.()).toBeUndefined()
  expect(exposed(live)).toHaveLength(1)
  clock += 1000
  for (const path of BUILT_IN) if (path !== INGRESSES) server.bookmark(path)
  await until(() => expect(live.view.doubt?.()).toBe('ingresses.networking.k8s.io not up to date for 181 s'))
  expect(exposed(live)).toEqual([])
  server.bookmark(INGRESSES)
  await until(() => expect(live.view.doubt?.()).toBeUndefined())
  expect(exposed(live)).toHaveLength(1)
})

describe('what was there at our start, and what came before our eyes', () => {
  const exposureOf = ({ view }: LiveInventory, app: string) =>
    view.exposuresOf({ namespace: 'shop', labels: { app }, matching: 'template' }).exposures[0]
  const isFromStart = (live: LiveInventory, app: string): boolean | undefined => {
    const exposure = exposureOf(live, app)
    return exposure === undefined ? undefined : live.view.isFromStart(exposure)
  }
  const addressOf = (live: LiveInventory, app: string): string | undefined => {
    const exposure = exposureOf(live, app)
    return exposure === undefined ? undefined : live.view.progressOf(exposure).address
  }
  const addressed = (name: string) => ({
    ...ingress(name),
    status: { loadBalancer: { ingress: [{ hostname: 'x.eu-west-1.elb.amazonaws.com' }] } },
  })

  test('an exposure of the first lists is from the start; a later one is not', async () => {
    const live = await followed()
    server.put(SERVICES, service('cart'))
    server.put(INGRESSES, ingress('cart'))
    await until(() => expect(isFromStart(live, 'cart')).toBe(false))
    expect(isFromStart(live, 'web')).toBe(true)
  })

  test('a relist does not make what it finds old', async () => {
    const live = await followed()
    server.put(SERVICES, service('cart'))
    server.breakWatches(INGRESSES)
    await until(() => expect(server.watching(INGRESSES)).toBe(false))
    server.put(INGRESSES, ingress('cart'))
    await until(() => expect(server.watching(INGRESSES)).toBe(true))
    expect(exposed(live, 'cart')).toEqual([])
    server.expire(INGRESSES)
    await until(() => expect(isFromStart(live, 'cart')).toBe(false))
  })

  test('it is forgotten with its Service, not with its Ingress', async () => {
    const live = await followed()
    server.remove(INGRESSES, 'web', 'shop')
    await until(() => expect(exposed(live)).toEqual([]))
    server.put(INGRESSES, ingress('web'))
    await until(() => expect(isFromStart(live, 'web')).toBe(true))
    server.remove(SERVICES, 'web', 'shop')
    await until(() => expect(exposed(live)).toEqual([]))
    server.put(SERVICES, service('web'))
    await until(() => expect(isFromStart(live, 'web')).toBe(false))
  })

  test('what a definition brings that appears later is old: its first list is the first', async () => {
    server.remove(INGRESSES, 'web', 'shop')
    const live = await followed()
    server.serve(BINDINGS)
    server.put(BINDINGS, binding)
    await until(() => expect(isFromStart(live, 'web')).toBe(true))
  })

  test('an address is new for a minute where it came before our eyes, and else in use', async () => {
    let clock = 0
    server.put(SERVICES, service('old'))
    server.put(INGRESSES, addressed('old'))
    const live = createLiveInventory({
      api: apiAt(port),
      settings,
      timing: TIMING,
      now: () => clock,
      date: () => new Date(),
      random: () => 0,
      listener: { onFailure: () => undefined, onUnreadable: () => undefined },
    })
    running = live.run(stop.signal)
    await until(() => expect(live.missing()).toEqual([]))
    await until(() => expect(server.watching(INGRESSES)).toBe(true))
    expect([addressOf(live, 'web'), addressOf(live, 'old')]).toEqual(['none', 'known'])
    server.put(INGRESSES, addressed('web'))
    await until(() => expect(addressOf(live, 'web')).toBe('new'))
    clock = 59_999
    expect(addressOf(live, 'web')).toBe('new')
    clock = 60_000
    expect(addressOf(live, 'web')).toBe('known')
  })

  test('every workload is listed', async () => {
    server.put(DEPLOYMENTS, deployment('web', 3))
    server.put(DEPLOYMENTS, deployment('cart', 3))
    const live = await followed()
    expect([...live.view.workloads()].map(({ ref }) => ref.name).sort()).toEqual(['cart', 'web'])
  })
})

describe('what was observed', () => {
  const observed = (max: number) => ({
    metadata: { name: 'slackwater-observed', namespace: 'slackwater-system' },
    data: {
      'measured.json': JSON.stringify({
        ...{ version: 1, measured: '2026-11-01T00:00:00Z', by: 'slackwater measure 1.2.3' },
        entries: [
          {
            loadBalancer: 'app/web/50dc6c495c0c9188',
            ...{ from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' },
            lastRequest: { n: 412, median: 1, p95: max, max },
          },
        ],
      }),
    },
  })
  const addressed = {
    ...ingress('web'),
    status: { loadBalancer: { ingress: [{ hostname: 'web-1234567890.eu-west-1.elb.amazonaws.com' }] } },
  }
  const longest = ({ view }: LiveInventory) =>
    view
      .exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'template' })
      .exposures.flatMap(({ evidence }) => evidence.measured.map(({ lastRequest }) => lastRequest?.max))
  const asked = () => server.asked.filter(({ path }) => path === OWN_CONFIG_MAPS)

  test('comes, changes and goes with the ConfigMap', async () => {
    server.serve(CONFIG_MAPS)
    server.put(INGRESSES, addressed)
    const live = await followed()
    expect(longest(live)).toEqual([])
    await until(() => expect(server.watching(CONFIG_MAPS)).toBe(true))
    const before = live.view.revision?.()
    server.put(CONFIG_MAPS, observed(10.6))
    await until(() => expect(longest(live)).toEqual([10.6]))
    expect(live.view.revision?.()).not.toBe(before)
    server.put(CONFIG_MAPS, observed(7))
    await until(() => expect(longest(live)).toEqual([7]))
    server.put(CONFIG_MAPS, { ...observed(7), data: { 'measured.json': '{' } })
    await until(() => expect(longest(live)).toEqual([]))
    expect(unreadable).toEqual([
      expect.stringContaining('configmaps slackwater-observed: measured.json: expected JSON'),
    ])
    server.put(CONFIG_MAPS, observed(5))
    await until(() => expect(longest(live)).toEqual([5]))
    server.remove(CONFIG_MAPS, 'slackwater-observed', 'slackwater-system')
    await until(() => expect(longest(live)).toEqual([]))
    expect(failures).toEqual([])
  })

  test('without the right to read it nothing is missing, in doubt or told', async () => {
    server.refused.set(OWN_CONFIG_MAPS, 403)
    server.put(INGRESSES, addressed)
    const live = await followed()
    await until(() => expect(asked().length).toBeGreaterThan(2))
    expect(live.missing()).toEqual([])
    expect(live.view.doubt?.()).toBeUndefined()
    expect(live.resources).not.toContain('configmaps')
    expect(exposed(live)).toHaveLength(1)
    expect(failures).toEqual([])
  })

  test('does not keep anybody waiting that does not answer', async () => {
    server.serve(CONFIG_MAPS)
    server.hold(CONFIG_MAPS)
    const live = await followed()
    expect(exposed(live)).toHaveLength(1)
    expect(live.view.doubt?.()).toBeUndefined()
  })
})

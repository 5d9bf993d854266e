import { describe, expect, test } from 'vitest'
import {
  LONGEST_VALUE,
  MOST_CLAIMS,
  MOST_LISTENERS,
  MOST_PARENTS,
  MOST_REFERRERS,
  MOST_SAID,
  MOST_SERVICES,
  MOST_TARGET_GROUPS,
} from '../../../src/core/discovery/annotations/limits.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'

/** At each bound everything is read; one more is named, and unknown for its own Services only. */

const CLASSES = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'nlb' },
    spec: { controllerName: 'gateway.k8s.aws/nlb' },
  },
]
const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
})
const ingress = (name: string, annotations: object, backends: readonly object[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'shop',
    annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip', ...annotations },
  },
  spec: {
    ingressClassName: 'alb',
    rules: [{ http: { paths: backends.map((one) => ({ path: '/', backend: { service: one } })) } }],
  },
})
const to = (name: string) => ({ name, port: { number: 80 } })

function knowing(objects: Iterable<object>): Inventory {
  const inventory = createInventory({ fromFiles: false })
  for (const object of [...CLASSES, service('other'), ingress('other', {}, [to('other')])])
    keepIn(inventory, object)
  for (const object of objects) keepIn(inventory, object)
  return inventory
}

const exposed = (inventory: Inventory, app = 'web') =>
  inventory.exposuresOf({ namespace: 'shop', labels: { app }, matching: 'pod' }).exposures
const tooLarge = (inventory: Inventory) =>
  inventory
    .notices()
    .filter(({ id }) => id === 'too-large' || id === 'bad-action-annotation')
    .map(({ object, text }) => [object.name, text])

function action(groups: number) {
  const targetGroups = times(groups, (index) => ({
    serviceName: index === 0 ? 'web' : 'other',
    servicePort: 80,
    weight: 1,
  }))
  const json = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } })
  const backends = [{ name: 'go', port: { name: 'use-annotation' } }]
  return [service('web'), ingress('i', { 'alb.ingress.kubernetes.io/actions.go': json }, backends)]
}

function attributes(length: number) {
  const text = 'deregistration_delay.timeout_seconds=30'.padEnd(length)
  const annotations = { 'alb.ingress.kubernetes.io/target-group-attributes': text }
  return [service('web'), ingress('i', annotations, [to('web')])]
}

const ports = (count: number) => [
  service('web', {
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    ports: times(count, (index) => ({ name: `p${index}`, port: index + 1 })),
  }),
]

const ingresses = (count: number) => [
  service('web'),
  ...times(count, (index) => ingress(`i${index}`, {}, [to('web')])),
]

const services = (count: number) => [
  ...times(count, (index) => service(`web-${index}`, { selector: { app: 'web' } })),
  ingress('i', {}, [to('web-0')]),
]

const gateway = (listeners: number) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'public', namespace: 'shop' },
  spec: {
    gatewayClassName: 'nlb',
    listeners: times(listeners, (index) => ({ name: `l${index}`, port: index + 1, protocol: 'TCP' })),
  },
})
const route = (parentRefs: readonly object[]) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'TCPRoute',
  metadata: { name: 'r', namespace: 'shop' },
  spec: { parentRefs, rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
})
const lastListener = (listeners: number) => [
  service('web'),
  gateway(listeners),
  route([{ name: 'public', sectionName: `l${listeners - 1}` }]),
]
const parents = (count: number) => [
  service('web'),
  gateway(1),
  route([...times(count - 1, (index) => ({ name: `nowhere-${index}` })), { name: 'public' }]),
]

describe.for<[string, number, (count: number) => readonly object[], string, string]>([
  ['target groups of an action', MOST_TARGET_GROUPS, action, 'i', 'its 21 target groups'],
  ['parents of a route', MOST_PARENTS, parents, 'r', '33 parents'],
  ['Services with one label in their selectors', MOST_SERVICES, services, 'shop', 'app=web'],
])('%s', ([, most, objects, name, words]) => {
  test(`${most} are read`, () => {
    const inventory = knowing(objects(most))
    expect(exposed(inventory)).toHaveLength(1)
    expect(tooLarge(inventory)).toEqual([])
  })

  test(`of ${most + 1} what sends is unknown, and said; nobody else’s load balancer is`, () => {
    const inventory = knowing(objects(most + 1))
    expect(exposed(inventory)).toEqual([])
    expect(tooLarge(inventory)).toEqual([[name, expect.stringContaining(words)]])
    expect(exposed(inventory, 'other')).toHaveLength(1)
  })
})

test(`listeners of a Gateway: of more than ${MOST_LISTENERS} the later ones are unknown, and said of it and of their routes`, () => {
  const all = knowing(lastListener(MOST_LISTENERS))
  expect(exposed(all)).toHaveLength(1)
  expect(tooLarge(all)).toEqual([])
  const inventory = knowing(lastListener(MOST_LISTENERS + 1))
  expect(exposed(inventory)).toEqual([])
  expect(tooLarge(inventory)).toEqual([
    ['public', expect.stringContaining('65 listeners')],
    ['r', expect.stringContaining('more listeners than are read')],
  ])
  expect(exposed(inventory, 'other')).toHaveLength(1)
})

test('an annotation that is longer than what is read counts as not written', () => {
  const delays = (inventory: Inventory) =>
    exposed(inventory)[0]?.evidence.deregistrationDelay.map(({ value }) => value)
  expect(delays(knowing(attributes(LONGEST_VALUE)))).toEqual([30])
  const inventory = knowing(attributes(LONGEST_VALUE + 1))
  expect(delays(inventory)).toEqual([])
  expect(tooLarge(inventory)).toEqual([['i', expect.stringContaining('longer than 16384 characters')]])
})

/** With the port 80, or the ports from 1 on for each Ingress. */
const rollout = (ingresses: number, ports = 0) => [
  service('web', { ports: [80, ...times(ports, (index) => index + 1)].map((port) => ({ port })) }),
  ...times(ingresses, (index) =>
    ingress(`i${index}`, {}, [{ name: 'web', port: { name: 'use-annotation' } }]),
  ),
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'r', namespace: 'shop' },
    spec: {
      strategy: {
        canary: {
          stableService: 'web',
          canaryService: 'other',
          trafficRouting: {
            alb: {
              ingresses: times(ingresses, (index) => `i${index}`),
              servicePort: 80,
              servicePorts: times(ingresses, (index) => ({
                ingress: `i${index}`,
                servicePorts: times(ports, (port) => port + 1),
              })),
            },
          },
        },
      },
    },
  },
]

test(`Ingresses of a Rollout: ${MOST_CLAIMS} are read, the others said of it`, () => {
  const all = knowing(rollout(MOST_CLAIMS))
  expect(exposed(all)).toHaveLength(MOST_CLAIMS)
  expect(tooLarge(all)).toEqual([])
  const inventory = knowing(rollout(MOST_CLAIMS + 1))
  expect(exposed(inventory)).toHaveLength(MOST_CLAIMS)
  expect(tooLarge(inventory)).toEqual([['r', expect.stringContaining('201 Ingresses')]])
})

test(`ports of a Rollout: ${MOST_TARGET_GROUPS} for an Ingress, ${MOST_CLAIMS} in total, the others said of it`, () => {
  const most = MOST_CLAIMS / MOST_TARGET_GROUPS
  const all = knowing(rollout(most, MOST_TARGET_GROUPS))
  expect(exposed(all)).toHaveLength(MOST_CLAIMS)
  expect(tooLarge(all)).toEqual([])
  const further = knowing(rollout(1, MOST_TARGET_GROUPS + 1))
  expect(exposed(further)).toHaveLength(MOST_TARGET_GROUPS)
  expect(tooLarge(further)).toEqual([['r', expect.stringContaining('name 21 ports of each Service')]])
  const inventory = knowing(rollout(most + 1, MOST_TARGET_GROUPS))
  expect(exposed(inventory)).toHaveLength(MOST_CLAIMS)
  expect(tooLarge(inventory)).toEqual([['r', expect.stringContaining('name 220 ports of each Service')]])
})

test.for<[string, number, (count: number) => readonly object[], string]>([
  ['ports of a Service', MOST_CLAIMS, ports, '201 ports'],
  ['Ingresses to one Service', MOST_REFERRERS, ingresses, '501 objects refer to it'],
])('%s: the first are read, the others said', ([, most, objects, words]) => {
  expect(exposed(knowing(objects(most)))).toHaveLength(most)
  const inventory = knowing(objects(most + 1))
  expect(exposed(inventory)).toHaveLength(most)
  expect(tooLarge(inventory)).toEqual([['web', expect.stringContaining(words)]])
})

test('Services that say too much of one pod: the first by name are read, the others said', () => {
  const names = ['web-a', 'web-b', 'web-c']
  // Each Ingress is one that is asked, and says one thing.
  const half = MOST_SAID / 2 / 2
  const inventory = knowing(
    names.flatMap((name) => [
      service(name, { selector: { app: 'web' } }),
      ...times(half, (index) => ingress(`${name}-${index}`, {}, [to(name)])),
    ]),
  )
  expect(new Set(exposed(inventory).map(({ service: { name } }) => name))).not.toContain('web-c')
  const about = inventory.noticesAbout({ namespace: 'shop', labels: { app: 'web' }, matching: 'pod' })
  expect(about).toContainEqual(
    expect.objectContaining({ id: 'too-large', text: expect.stringContaining('not read: 1. What') }),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ALB,
  ALB_ACTION_PREFIX,
  CLASS_ANNOTATION,
  INGRESS_STACK,
} from '../../../src/core/discovery/annotations/annotation-keys.ts'
import type { DiscoveryObject } from '../../../src/core/discovery/objects/discovery-object.ts'
import { objectRef } from '../../../src/core/discovery/objects/discovery-object.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import { ASSUME_ANNOTATION } from '../../../src/core/model/keys.ts'
import { keyOf } from '../../../src/core/model/object-ref.ts'
import { runsOf } from '../../depth.ts'
import { GATEWAY_BASE, gatewayObject } from './gateway-arbitraries.ts'

/** A world so small that objects meet: two namespaces (mostly one), three names, two classes, two groups. */
const settings = {
  ingressClass: 'alb',
  loadBalancerClass: 'service.k8s.aws/nlb',
  fromFiles: false,
}
const namespace = fc.constantFrom('a', 'a', 'a', 'b')
const name = fc.constantFrom('x', 'y', 'z')
const className = fc.constantFrom('alb', 'other')
const pairs = fc.dictionary(fc.constantFrom('app', 'tier', 'pod-template-hash'), fc.constantFrom('1', '2'))
const some = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values)
const drop = (entries: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )

const service = fc
  .record({
    namespace,
    name,
    selector: pairs,
    type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const),
    assume: some('none', 'nlb-ip', 'bad'),
    targetType: some('ip', 'instance'),
    action: some(
      '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"y","servicePort":80}]}}',
      'broken',
    ),
  })
  .map(
    ({ namespace, name, selector, type, assume, targetType, action }): DiscoveryObject => ({
      kind: 'Service',
      ref: objectRef('Service', namespace, name),
      annotations: drop({
        [ASSUME_ANNOTATION]: assume,
        [ALB.targetType]: targetType,
        'service.beta.kubernetes.io/actions.TCP-80': action,
      }),
      type,
      selector,
      ports: [{ name: 'http', port: 80 }],
      hasNodePorts: type !== 'ClusterIP',
      externalTrafficPolicy: 'Cluster',
      publishNotReadyAddresses: false,
      hostnames: [],
      hasAddress: false,
      deleting: false,
    }),
  )

const ingress = fc
  .record({
    namespace,
    name,
    className: fc.constantFrom(undefined, 'alb', 'alb', 'other'),
    annotation: fc.constantFrom(undefined, undefined, undefined, 'alb', 'nginx'),
    group: some('g', 'h'),
    idle: some('idle_timeout.timeout_seconds=100', 'idle_timeout.timeout_seconds=200'),
    backends: fc.array(fc.record({ service: name, port: fc.constantFrom('80', 'http', 'use-annotation') }), {
      maxLength: 3,
    }),
    action: some(
      '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"z","servicePort":80}]}}',
    ),
  })
  .map(
    ({ namespace, name, className, annotation, group, idle, backends, action }): DiscoveryObject => ({
      kind: 'Ingress',
      ref: objectRef('Ingress', namespace, name),
      annotations: drop({
        [CLASS_ANNOTATION]: annotation,
        [ALB.groupName]: group,
        [ALB.loadBalancerAttributes]: idle,
        [`${ALB_ACTION_PREFIX}x`]: action,
      }),
      hasAlbAnnotations: true,
      hasOtherAnnotations: false,
      hasAddress: false,
      ...(className === undefined ? {} : { className }),
      backends: backends.map((backend) => ({ ...backend, at: '/' })),
      deleting: false,
    }),
  )

const ingressClass = fc
  .record({
    name: className,
    isDefault: fc.boolean(),
    controller: fc.constantFrom('ingress.k8s.aws/alb', 'ingress.k8s.aws/alb', 'n/x'),
    params: some('p'),
  })
  .map(
    ({ name, isDefault, controller, params }): DiscoveryObject => ({
      kind: 'IngressClass',
      ref: objectRef('IngressClass', '', name),
      controller,
      isDefault,
      ...(params === undefined
        ? {}
        : { parameters: { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: params } }),
    }),
  )

const ingressClassParams = fc.record({ group: some('g'), team: some('1') }).map(
  ({ group, team }): DiscoveryObject => ({
    kind: 'IngressClassParams',
    controller: 'lbc',
    ref: objectRef('IngressClassParams', '', 'p'),
    targetType: 'ip',
    loadBalancerAttributes: {},
    ...(group === undefined ? {} : { groupName: group }),
    ...(team === undefined ? {} : { namespaceSelector: { matchLabels: { team }, matchExpressions: [] } }),
  }),
)

const namespaceObject = fc.record({ name: namespace, team: fc.constantFrom('1', '2') }).map(
  ({ name, team }): DiscoveryObject => ({
    kind: 'Namespace',
    ref: objectRef('Namespace', '', name),
    facts: { name, labels: { team }, annotations: {} },
  }),
)

const binding = fc.record({ namespace, name, service: name, group: some('g') }).map(
  ({ namespace, name, service, group }): DiscoveryObject => ({
    kind: 'TargetGroupBinding',
    controller: 'lbc',
    ref: objectRef('TargetGroupBinding', namespace, name),
    labels: drop({ [INGRESS_STACK]: group }),
    service,
    port: '80',
    multiCluster: false,
    deleting: false,
  }),
)

const rollout = fc.record({ namespace, name, ingress: name, stable: name, canary: name }).map(
  ({ namespace, name, ingress, stable, canary }): DiscoveryObject => ({
    kind: 'Rollout',
    ref: objectRef('Rollout', namespace, name),
    ingresses: [ingress],
    rootService: stable,
    services: [...new Set([stable, canary])],
    port: '80',
    strategy: 'canary',
    ports: [],
    switched: [...new Set([stable, canary])],
  }),
)

const object = fc.oneof(
  { weight: 4, arbitrary: service },
  { weight: 4, arbitrary: ingress },
  ingressClass,
  ingressClassParams,
  namespaceObject,
  binding,
  rollout,
)

/** Half of the worlds have Gateways, half have Ingresses; both have Services, and some of the other. */
const mixed = (many: fc.Arbitrary<DiscoveryObject>, few: fc.Arbitrary<DiscoveryObject>) =>
  fc.oneof({ weight: 5, arbitrary: many }, { weight: 3, arbitrary: service }, { weight: 1, arbitrary: few })

const worlds = [
  ['mostly Ingresses', mixed(object, gatewayObject), [], runsOf(350, 5)],
  ['mostly Gateways', mixed(gatewayObject, object), GATEWAY_BASE, runsOf(500, 5)],
] as const

function answers(inventory: Inventory) {
  const labels = ['1', '2'].flatMap((app) => ['1', '2'].map((tier) => ({ app, tier })))
  const found = ['a', 'b'].flatMap((namespace) =>
    labels.flatMap((labels) =>
      (['template', 'pod'] as const).map((matching) =>
        inventory.exposuresOf({ namespace, labels, matching }),
      ),
    ),
  )
  return { found, notices: inventory.notices(), exposed: inventory.exposedNamespaces() }
}

/** Everything that is read in steps. */
const readings = (inventory: Inventory): Iterator<unknown>[] => [
  inventory.exposedNamespacesInSteps(),
  inventory.passedOver(),
  inventory.exposures()[Symbol.iterator](),
  inventory.readInSteps({ namespace: 'a', labels: { app: '1', tier: '1' }, matching: 'template' }),
]

function go(reading: Iterator<unknown>, steps: number): void {
  for (let step = 0; step < steps; step++) if (reading.next().done === true) return
}

interface Happening {
  readonly does: 'put' | 'remove'
  readonly it: DiscoveryObject
  /** How far everything that is being read in steps goes on after it. */
  readonly steps: number
}

/** @param warm so many objects, and it is asked about before each change. */
function history(happenings: readonly Happening[], warm: number) {
  const lived = createInventory(settings)
  const standing = new Map<string, DiscoveryObject>()
  const underWay: Iterator<unknown>[] = []
  for (const { does, it, steps } of happenings) {
    if (standing.size >= warm) answers(lived)
    if (does === 'put') lived.put(it)
    else lived.remove(it.ref)
    if (does === 'put') standing.set(keyOf(it.ref), it)
    else standing.delete(keyOf(it.ref))
    if (steps > 0) underWay.push(...readings(lived))
    for (const one of underWay) go(one, steps)
  }
  for (const one of underWay) go(one, Number.POSITIVE_INFINITY)
  return { lived, standing }
}

/** What waits to be put in its place depends on when it was asked about; `shelf.test.ts` bounds it. */
const lasting = ({ pending: _, ...rest }: Readonly<Record<string, number>>) => rest

/** Entries per index; how many buckets the selector index uses depends on the order, its entries do not. */
const entries = ({ selectorPairs: _, ...rest }: Readonly<Record<string, number>>) => lasting(rest)

/** Byte for byte; the structural comparison comes first because it shows where they differ. */
function expectSame(actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
}

function inventoryOf(objects: Iterable<DiscoveryObject>): Inventory {
  const inventory = createInventory(settings)
  for (const it of objects) inventory.put(it)
  return inventory
}

const unique = (it: fc.Arbitrary<DiscoveryObject>, maxLength: number) =>
  fc.uniqueArray(it, { selector: ({ ref }) => keyOf(ref), minLength: 6, maxLength })

describe.for(worlds)('%s', ([, object, base, numRuns]) => {
  /** A change to a world that has been asked about, so that every memo is warm when it comes, and is being read again. */
  const change = fc.record({
    does: fc.constantFrom('put' as const, 'remove' as const),
    it: object,
    steps: fc.nat(6),
  })

  test('after any history the answers are those of a fresh inventory that was given the same objects', () => {
    const world = fc.array(object, { minLength: 8, maxLength: 25 })
    fc.assert(
      fc.property(world, fc.array(change, { minLength: 1, maxLength: 4 }), (objects, changes) => {
        const begun = [...base, ...objects].map((it) => ({ does: 'put' as const, it, steps: 0 }))
        const { lived, standing } = history([...begun, ...changes], objects.length / 2)
        const fresh = inventoryOf([...standing.values()].reverse())
        expectSame(answers(lived), answers(fresh))
        expect(entries(lived.size())).toEqual(entries(fresh.size()))
      }),
      { numRuns },
    )
  })

  test('the order in which objects arrive changes nothing, with deletes and returns between', () => {
    const shuffled = unique(object, 20).chain((all) =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray(all, { minLength: all.length }),
        gone: fc.subarray(all),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ all, order, gone }) => {
        const lived = inventoryOf(base)
        for (const it of order) {
          lived.put(it)
          if (gone.includes(it)) {
            answers(lived)
            lived.remove(it.ref)
          }
        }
        answers(lived)
        for (const it of [...gone].reverse()) lived.put(it)
        expectSame(answers(lived), answers(inventoryOf([...base, ...all])))
      }),
      { numRuns: numRuns / 2 },
    )
  })

  test('removing what was added brings back every size and every answer', () => {
    fc.assert(
      fc.property(unique(object, 15), fc.nat(15), (all, cut) => {
        const kept = all.slice(0, cut)
        const added = all.slice(cut)
        const inventory = inventoryOf(kept)
        const before = { sizes: lasting(inventory.size()), answers: answers(inventory) }
        for (const it of added) inventory.put(it)
        answers(inventory)
        for (const { ref } of added) inventory.remove(ref)
        expectSame({ sizes: lasting(inventory.size()), answers: answers(inventory) }, before)
        for (const { ref } of kept) inventory.remove(ref)
        expect(Object.values(inventory.size()).every((count) => count === 0)).toBe(true)
      }),
      { numRuns: numRuns / 2 },
    )
  })
})

test('the worlds are not idle: exposures of Ingresses, NLBs and Gateways are met in them', () => {
  const met = new Set<string>()
  for (const [, object, base] of worlds) {
    for (const objects of fc.sample(unique(object, 20), { numRuns: 300, seed: 7 })) {
      const { found } = answers(inventoryOf([...base, ...objects]))
      for (const { exposures } of found) for (const { id } of exposures) met.add(id.split(' ')[0] ?? '')
    }
  }
  expect([...met].sort()).toEqual(['assumed', 'binding', 'gateway', 'ingress', 'service'])
})

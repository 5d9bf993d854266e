import { describe, expect, test } from 'vitest'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'

type JsonObject = Readonly<Record<string, unknown>>

const HOSTNAME = [{ hostname: 'k8s-shop-web.eu-west-1.elb.amazonaws.com' }]

const INGRESS_CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'alb' },
  spec: { controller: 'ingress.k8s.aws/alb' },
}

const service = (spec: JsonObject = {}, status: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30080 }], type: 'NodePort', ...spec },
  status,
})

const ingress = (name: string, addresses: readonly JsonObject[] = [], group?: string, to = 'web') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'shop',
    annotations: {
      'alb.ingress.kubernetes.io/target-type': 'ip',
      ...(group === undefined ? {} : { 'alb.ingress.kubernetes.io/group.name': group }),
    },
  },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: to, port: { number: 80 } } } },
  status: { loadBalancer: { ingress: addresses } },
})

const binding = (name: string, labels: JsonObject = {}) => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: { name, namespace: 'shop', labels },
  spec: { serviceRef: { name: 'web', port: 80 }, targetType: 'ip' },
})

const gateway = (addresses: readonly JsonObject[]) => [
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'alb' },
    spec: { controllerName: 'gateway.k8s.aws/alb' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'front', namespace: 'shop' },
    spec: { gatewayClassName: 'alb', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    status: { addresses },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { parentRefs: [{ name: 'front' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
  },
]

/** Of the only exposure there is. */
function progressWith(objects: readonly unknown[], cameNow: readonly string[] = []) {
  const inventory = createInventory({
    ingressClass: 'alb',
    loadBalancerClass: 'service.k8s.aws/nlb',
    fromFiles: false,
  })
  for (const raw of [INGRESS_CLASS, ...objects]) {
    const object = narrow(raw)
    if (object !== undefined) inventory.put(object)
  }
  const { exposures } = inventory.exposuresOf({
    namespace: 'shop',
    labels: { app: 'web' },
    matching: 'template',
  })
  const [exposure, ...others] = exposures
  if (exposure === undefined || others.length > 0) throw new Error(`${exposures.length} exposures`)
  return inventory.progressOf(exposure, ({ name }) => cameNow.includes(name))
}

describe('the address of a load balancer', () => {
  const nlb = { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' }
  const address = (ingressStatus: readonly JsonObject[]) => ({ loadBalancer: { ingress: ingressStatus } })
  test.for<readonly [string, readonly unknown[], readonly string[], string]>([
    ['an Ingress without one', [service(), ingress('web')], [], 'none'],
    ['an Ingress with one', [service(), ingress('web', HOSTNAME)], [], 'known'],
    ['an Ingress whose one came a moment ago', [service(), ingress('web', HOSTNAME)], ['web'], 'new'],
    [
      'another Ingress of the group has one: the load balancer is the same',
      [service(), ingress('web', [], 'front'), ingress('old', HOSTNAME, 'front', 'other')],
      [],
      'known',
    ],
    [
      'and it was there before ours got it',
      [service(), ingress('web', HOSTNAME, 'front'), ingress('old', HOSTNAME, 'front', 'other')],
      ['web'],
      'known',
    ],
    [
      'an Ingress of another group has one',
      [service(), ingress('web', [], 'front'), ingress('old', HOSTNAME, 'back', 'other')],
      [],
      'none',
    ],
    ['an NLB without one', [service(nlb)], [], 'none'],
    ['an NLB with one', [service(nlb, address(HOSTNAME))], [], 'known'],
    ['an NLB with an IP address', [service(nlb, address([{ ip: '192.0.2.1' }]))], [], 'known'],
    ['a Gateway without one', [service(), ...gateway([])], [], 'none'],
    ['a Gateway with one', [service(), ...gateway([{ type: 'Hostname', value: 'x' }])], [], 'known'],
    ['a TargetGroupBinding alone: its load balancer is not seen', [service(), binding('web')], [], 'known'],
  ])('%s: %4$s', ([, objects, cameNow, expected]) => {
    expect(progressWith(objects, cameNow).address).toBe(expected)
  })
})

describe('TargetGroupBindings', () => {
  const mine = { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': 'web' }
  const deleting = {
    ...binding('k8s-shop-web-1', mine),
    metadata: {
      ...binding('k8s-shop-web-1', mine).metadata,
      deletionTimestamp: '2026-11-21T10:00:00Z',
    },
  }
  test.for<readonly [string, readonly unknown[], { isBound: boolean; isMadeByHand: boolean }]>([
    ['none yet', [ingress('web')], { isBound: false, isMadeByHand: false }],
    [
      'the controller’s, by its labels',
      [ingress('web'), binding('b', mine)],
      { isBound: true, isMadeByHand: false },
    ],
    [
      'the controller’s, by its name',
      [ingress('web'), binding('k8s-shop-web-0123456789')],
      { isBound: true, isMadeByHand: false },
    ],
    ['the controller’s, being deleted', [ingress('web'), deleting], { isBound: false, isMadeByHand: false }],
    ['a person’s', [binding('web')], { isBound: false, isMadeByHand: true }],
  ])('%s', ([, objects, expected]) => {
    expect(progressWith([service(), ...objects])).toMatchObject(expected)
  })
})

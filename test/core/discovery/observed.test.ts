import { describe, expect, test } from 'vitest'
import { albAt } from '../../../src/core/discovery/observed/address.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import type { Exposure } from '../../../src/core/model/exposure.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012'
const group = (name: string) => `${ACCOUNT}:targetgroup/k8s-shop-${name}-0123456789/6d0ecf831eec9f09`
const ALB = `${ACCOUNT}:loadbalancer/app/k8s-shop-web-0123456789/50dc6c495c0c9188`
const ADDRESS = 'k8s-shop-web-0123456789-1234567890.eu-west-1.elb.amazonaws.com'

const service = (name: string) => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } },
  spec: { selector: { app: name }, ports: [{ port: 80 }], type: 'NodePort' },
})
const ingress = (name: string, hostname?: string, annotations = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    ...{ name, namespace: 'shop' },
    annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip', ...annotations },
  },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name, port: { number: 80 } } } },
  status: { loadBalancer: { ingress: hostname === undefined ? [] : [{ hostname }] } },
})
const binding = (name: string) => ({
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: {
    ...{ name: `k8s-shop-${name}-0123456789`, namespace: 'shop' },
    labels: { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': name },
  },
  spec: { targetGroupARN: group(name), targetType: 'ip', serviceRef: { name, port: 80 } },
})
const measured = (max: number, of: object = {}) => ({
  loadBalancer: 'app/k8s-shop-web-0123456789/50dc6c495c0c9188',
  ...{ from: '2026-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' },
  lastRequest: { n: 30, median: 1, p95: max, max },
  ...of,
})
const witnessed = (name: string, delay: string, more: object = {}) => ({
  ...{ targetGroup: group(name), loadBalancers: [ALB], targetType: 'ip', protocol: 'HTTP' },
  attributes: { 'deregistration_delay.timeout_seconds': delay },
  ...more,
})
const LOAD_BALANCER = {
  ...{ loadBalancer: ALB, type: 'application', address: ADDRESS },
  attributes: { 'idle_timeout.timeout_seconds': '120' },
}

interface Said {
  readonly entries?: readonly object[]
  readonly targetGroups?: readonly object[]
  readonly loadBalancers?: readonly object[]
  readonly now?: number
}

function observed({ entries, targetGroups, loadBalancers = [], now }: Said) {
  const head = { version: 1, measured: '2026-11-01T00:00:00Z', by: 'slackwater measure 1.2.3' }
  const data = {
    ...(entries === undefined ? {} : { 'measured.json': JSON.stringify({ ...head, entries }) }),
    ...(targetGroups === undefined
      ? {}
      : {
          'aws.json': JSON.stringify({
            version: 1,
            asked: '2026-11-01T00:00:00Z',
            targetGroups,
            loadBalancers,
          }),
        }),
  }
  const metadata = { name: 'slackwater-observed', namespace: 'slackwater-system' }
  return put(inventory, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, now)
}

function put(into: Inventory, document: object, now?: number): void {
  const object = narrow(document, now === undefined ? {} : { now })
  if (object !== undefined) into.put(object)
}

let inventory: Inventory

const start = (...documents: readonly object[]) => {
  inventory = createInventory({ fromFiles: true })
  for (const document of documents) put(inventory, document)
}

function exposureOf(name = 'web'): Exposure {
  const { exposures } = inventory.exposuresOf({
    namespace: 'shop',
    labels: { app: name },
    matching: 'template',
  })
  const [first] = exposures
  if (first === undefined || exposures.length > 1) throw new Error(`${exposures.length} exposures`)
  return first
}

const longest = (name = 'web') =>
  exposureOf(name).evidence.measured.map(({ lastRequest }) => lastRequest?.max)

describe('a measurement is found', () => {
  test('by the ARN of the target group, and by the name in the address of the Ingress', () => {
    start(service('web'), ingress('web', ADDRESS), binding('web'))
    expect(exposureOf().targetGroup).toBe(group('web'))
    observed({ entries: [measured(11), measured(7, { targetGroup: group('web') })] })
    expect(longest()).toEqual([7, 11])
  })

  test('by the address alone, where no binding shows the target group', () => {
    start(service('web'), ingress('web', `internal-${ADDRESS}`.toUpperCase()))
    observed({ entries: [measured(11), measured(7, { loadBalancer: 'app/k8s-shop/50dc6c495c0c9188' })] })
    expect(longest()).toEqual([11])
  })

  test('by the address, the newest of two load balancers that had the name one after the other', () => {
    start(service('web'), ingress('web', ADDRESS))
    const before = {
      loadBalancer: 'app/k8s-shop-web-0123456789/0000000000000000',
      ...{ from: '2026-09-01T00:00:00Z', to: '2026-09-30T00:00:00Z' },
    }
    observed({ entries: [measured(11), measured(40, before)] })
    expect(longest()).toEqual([11])
    observed({ entries: [measured(40, before), measured(11)] })
    expect(longest()).toEqual([11])
  })

  test('by the address, all that had the name at the same time: they are in several accounts', () => {
    start(service('web'), ingress('web', ADDRESS))
    const other = { loadBalancer: 'app/k8s-shop-web-0123456789/0000000000000000', to: '2026-11-02T00:00:00Z' }
    observed({ entries: [measured(30), measured(2, other)] })
    expect(longest()).toEqual([30, 2])
  })

  test('by the address, and not of a load balancer of the same name in another Region', () => {
    start(service('web'), ingress('web', ADDRESS))
    const id = { loadBalancer: 'app/k8s-shop-web-0123456789/0000000000000000' }
    const there = { ...id, targetGroup: group('web').replace('eu-west-1', 'us-east-1') }
    observed({ entries: [measured(2, id), measured(2, there)] })
    expect(longest()).toEqual([])
    observed({ entries: [measured(2, id), measured(2, there), measured(11)] })
    expect(longest()).toEqual([11])
  })

  test('by the address, and not of one in another account than the target group', () => {
    start(service('web'), ingress('web', ADDRESS), binding('web'))
    const there = { targetGroup: group('cart').replace('123456789012', '210987654321') }
    observed({ entries: [measured(2), measured(2, there)] })
    expect(longest()).toEqual([])
    observed({ entries: [measured(2), measured(3, { targetGroup: group('cart') })] })
    expect(longest()).toEqual([2])
  })

  test('of the ALB, where its Ingress shows an NLB in front of it, too', () => {
    const front = 'k8s-shop-front-0123456789-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com'
    const NLB = ALB.replace('/app/', '/net/')
    const both = ingress('web', ADDRESS)
    both.status.loadBalancer.ingress = [{ hostname: front }, { hostname: ADDRESS }]
    start(service('web'), both, binding('web'))
    const loadBalancers = [
      LOAD_BALANCER,
      { loadBalancer: NLB, type: 'network', address: front, attributes: {} },
    ]
    observed({ entries: [measured(11)] })
    expect(longest()).toEqual([11])
    observed({ entries: [measured(11)], targetGroups: [witnessed('web', '300')], loadBalancers })
    expect(longest()).toEqual([11])
    expect(exposureOf().loadBalancer).toMatchObject({ value: 'alb', origin: { rank: 'observed' } })
  })

  test('by what AWS says sends to the target group: no address is needed, and the name is not enough', () => {
    start(service('web'), ingress('web'), binding('web'))
    const before = { loadBalancer: 'app/k8s-shop-web-0123456789/0000000000000000' }
    observed({ entries: [measured(7, before)], targetGroups: [witnessed('web', '300')] })
    expect(longest()).toEqual([])
    observed({ entries: [measured(7, before), measured(11)], targetGroups: [witnessed('web', '300')] })
    expect(longest()).toEqual([11])
  })

  test('and gone with the ConfigMap', () => {
    start(service('web'), ingress('web', ADDRESS))
    observed({ entries: [measured(11)] })
    expect(longest()).toEqual([11])
    inventory.remove({ kind: 'ConfigMap', namespace: 'slackwater-system', name: 'slackwater-observed' })
    expect(longest()).toEqual([])
  })
})

const AT = { name: 'app/k8s-shop-web-0123456789', region: 'eu-west-1' }

test.for<[string, object | undefined]>([
  [ADDRESS, AT],
  [`internal-${ADDRESS}`, AT],
  [`${ADDRESS}.cn`, AT],
  ['k8s-shop-web-0123456789-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com', undefined],
  ['shop.example.com', undefined],
  [`${ADDRESS}.example.com`, undefined],
  [`${'a-1'.repeat(50_000)}!`, undefined],
])('%s', ([address, name]) => expect(albAt(address)).toEqual(name))

describe('AWS', () => {
  const stale = {
    'alb.ingress.kubernetes.io/target-group-attributes': 'deregistration_delay.timeout_seconds=30',
  }

  test('wins over an annotation, which stays as an alternative', () => {
    start(service('web'), ingress('web', ADDRESS, stale), binding('web'))
    observed({ targetGroups: [witnessed('web', '300')], loadBalancers: [LOAD_BALANCER] })
    const { deregistrationDelay, idleTimeout } = exposureOf().evidence
    expect(deregistrationDelay.map(({ value, origin }) => [value, origin.rank])).toEqual([
      [300, 'observed'],
      [30, 'declared'],
    ])
    expect(deregistrationDelay[0]?.origin.source).toEqual({
      kind: 'aws',
      call: 'DescribeTargetGroupAttributes',
      resource: group('web'),
      asked: '2026-11-01T00:00:00.000Z',
      object: { kind: 'ConfigMap', namespace: 'slackwater-system', name: 'slackwater-observed' },
    })
    expect(idleTimeout.map(({ value }) => value)).toEqual([120])
  })

  test('settles the kind of load balancer and the target type of a binding that was made by hand', () => {
    const bare = {
      ...binding('web'),
      spec: { targetGroupARN: group('web'), serviceRef: { name: 'web', port: 80 } },
    }
    start(service('web'), { ...bare, metadata: { name: 'by-hand', namespace: 'shop' } })
    expect(exposureOf().assumptions).toHaveLength(2)
    observed({ targetGroups: [witnessed('web', '300', { targetType: 'ip', protocol: 'TCP' })] })
    const { loadBalancer, targetType, assumptions } = exposureOf()
    expect([loadBalancer.value, targetType.value, assumptions]).toEqual(['nlb', 'ip', []])
    expect(loadBalancer.origin.source).toMatchObject({ kind: 'aws', call: 'DescribeTargetGroups' })
  })

  test('is not used once nobody has asked for a week', () => {
    start(service('web'), ingress('web', ADDRESS, stale), binding('web'))
    const said = { targetGroups: [witnessed('web', '300')], loadBalancers: [LOAD_BALANCER] }
    observed({ ...said, now: Date.UTC(2026, 10, 8) })
    expect(exposureOf().evidence.deregistrationDelay[0]?.origin.unused).toBeUndefined()
    observed({ ...said, now: Date.UTC(2026, 10, 9) })
    expect(exposureOf().evidence.deregistrationDelay[0]?.origin.unused).toBe('asked 8 days ago, more than 7')
    // Of a clock that is a day behind, it is of tomorrow.
    observed({ ...said, now: Date.UTC(2026, 9, 31) })
    expect(exposureOf().evidence.deregistrationDelay[0]?.origin.unused).toBeUndefined()
    observed({ ...said, now: Date.UTC(2026, 9, 30) })
    expect(exposureOf().evidence.deregistrationDelay[0]?.origin.unused).toBe(
      'asked in the future: a clock was wrong',
    )
  })

  test('that nobody has asked for a week does not say which load balancer it is', () => {
    start(service('web'), ingress('web', ADDRESS), binding('web'))
    const moved = { loadBalancers: [ALB.replace('50dc6c495c0c9188', '0000000000000000')] }
    const entries = [
      measured(11),
      measured(2, {
        loadBalancer: 'app/k8s-shop-web-0123456789/0000000000000000',
        to: '2026-10-02T00:00:00Z',
      }),
    ]
    const targetGroups = [witnessed('web', '300', moved)]
    observed({ entries, targetGroups, now: Date.UTC(2026, 10, 8) })
    expect(longest()).toEqual([2])
    observed({ entries, targetGroups, now: Date.UTC(2026, 10, 9) })
    expect(longest()).toEqual([11, 2])
  })

  test('values that it cannot mean are left alone', () => {
    start(service('web'), ingress('web', ADDRESS), binding('web'))
    observed({ targetGroups: [witnessed('web', '-1', { targetType: 'lambda', protocol: 'GENEVE' })] })
    const { evidence, loadBalancer, targetType } = exposureOf()
    expect([evidence.deregistrationDelay, loadBalancer.value, targetType.value]).toEqual([[], 'alb', 'ip'])
  })
})

describe('an ALB and an NLB of one Service, whose bindings do not say which is whose', () => {
  const NLB = `${ACCOUNT}:loadbalancer/net/k8s-shop-edge-0123456789/50dc6c495c0c9188`
  const both = {
    ...service('web'),
    metadata: {
      ...{ name: 'web', namespace: 'shop' },
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' },
    },
    spec: {
      ...{ selector: { app: 'web' }, ports: [{ port: 80 }] },
      ...{ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' },
    },
  }
  const bare = (name: string, protocol?: string) => ({
    ...binding(name),
    metadata: { name: `k8s-shop-${name}-0123456789`, namespace: 'shop' },
    spec: {
      ...{ targetGroupARN: group(name), targetType: 'ip', serviceRef: { name: 'web', port: 80 } },
      ...(protocol === undefined ? {} : { targetGroupProtocol: protocol }),
    },
  })
  const told = () =>
    inventory
      .exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'template' })
      .exposures.map(({ loadBalancer, evidence }) => [
        loadBalancer.value,
        ...evidence.deregistrationDelay.map(({ value }) => value),
      ])
      .sort()
  const alb = witnessed('web', '5')
  const nlb = witnessed('edge', '120', { loadBalancers: [NLB], protocol: 'TCP' })
  const loadBalancers = [
    LOAD_BALANCER,
    { loadBalancer: NLB, type: 'network', address: 'edge.example', attributes: {} },
  ]

  test('neither takes the kind of the other one from AWS; the longer delay counts for both', () => {
    start(both, ingress('web', ADDRESS), bare('web'), bare('edge'))
    expect(told()).toEqual([['alb'], ['nlb']])
    observed({ targetGroups: [alb, nlb], loadBalancers })
    expect(told()).toEqual([
      ['alb', 120, 5],
      ['nlb', 120, 5],
    ])
  })

  test('an answer about one of them is none about the other', () => {
    start(both, ingress('web', ADDRESS), bare('web'), bare('edge'))
    observed({ targetGroups: [alb], loadBalancers })
    expect(told()).toEqual([['alb'], ['nlb']])
  })

  test('the protocol in the bindings says whose each is', () => {
    start(both, ingress('web', ADDRESS), bare('web', 'HTTP'), bare('edge', 'TCP'))
    expect(told()).toEqual([['alb'], ['nlb']])
    observed({ targetGroups: [alb, nlb], loadBalancers })
    expect(told()).toEqual([
      ['alb', 5],
      ['nlb', 120],
    ])
  })
})

describe('a changed ConfigMap', () => {
  test('drops the answers about the target groups of which it says something else, and no other', () => {
    start(...['web', 'cart'].flatMap((name) => [service(name), ingress(name), binding(name)]))
    const cart = measured(3, { targetGroup: group('cart') })
    observed({ entries: [measured(7, { targetGroup: group('web') }), cart] })
    const before = { web: exposureOf('web'), cart: exposureOf('cart') }
    observed({ entries: [measured(8, { targetGroup: group('web') }), cart] })
    expect(longest('web')).toEqual([8])
    expect(exposureOf('web')).not.toBe(before.web)
    expect(exposureOf('cart')).toBe(before.cart)
  })

  test('with parts that cannot be used tells so, once, and uses the others', () => {
    start(service('web'), ingress('web', ADDRESS))
    observed({ entries: [measured(11), measured(1, { loadBalancer: 1 })] })
    expect(longest()).toEqual([11])
    expect(inventory.notices().filter(({ object }) => object.kind === 'ConfigMap')).toEqual([
      {
        severity: 'warning',
        id: 'unreadable',
        object: { kind: 'ConfigMap', namespace: 'slackwater-system', name: 'slackwater-observed' },
        text: 'measured.json: entries[1].loadBalancer: expected the load balancer as access logs name it: app/NAME/ID, got 1; it is not used',
      },
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'

interface Given {
  readonly hostname?: string
  readonly spec?: object
  readonly annotations?: Record<string, string>
}

function exposureOf({ hostname, spec = {}, annotations = {} }: Given) {
  const inventory = createInventory({ fromFiles: false })
  keepIn(inventory, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
    status: { loadBalancer: { ingress: hostname === undefined ? [] : [{ hostname }] } },
  })
  return inventory.exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'template' })
    .exposures[0]
}

const OBSERVED = {
  rank: 'observed',
  source: {
    kind: 'field',
    path: 'status.loadBalancer.ingress',
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
  },
}

/** AWS: an NLB's DNS name is `name-id.elb.region.amazonaws.com`, a Classic one's `name-id.region.elb.amazonaws.com`. */
describe('the address of a Service tells what kind of load balancer it has', () => {
  test.for([
    ['k8s-shop-web-0123456789.elb.eu-west-1.amazonaws.com', 'nlb'],
    ['k8s-shop-web-0123456789.elb.us-gov-west-1.amazonaws.com', 'nlb'],
    ['k8s-shop-web-0123456789.elb.cn-north-1.amazonaws.com.cn', 'nlb'],
    ['a0123-456.eu-west-1.elb.amazonaws.com', 'classic'],
    ['internal-a0123-456.us-east-1.elb.amazonaws.com', 'classic'],
    ['a0123-456.cn-north-1.elb.amazonaws.com.cn', 'classic'],
  ] as const)('%s: %s', ([hostname, value]) =>
    expect(exposureOf({ hostname })?.loadBalancer).toMatchObject({ value, origin: OBSERVED }),
  )

  test.for([
    'web.example.com',
    'elb.eu-west-1.amazonaws.com.example.com',
    'a0123.eu-west-1.elb.amazonaws.com.example.com',
    'a0123.eu-west-1.elb.amazonaws.community',
    'xelb.eu-west-1.amazonaws.com',
  ])('%s tells nothing', (hostname) =>
    expect(exposureOf({ hostname })?.loadBalancer).toMatchObject({
      value: 'nlb',
      origin: { rank: 'assumed' },
    }),
  )

  test('it wins over what is declared', () => {
    const spec = { loadBalancerClass: 'service.k8s.aws/nlb' }
    const classic = 'a0123-456.eu-west-1.elb.amazonaws.com'
    expect(exposureOf({ spec })?.loadBalancer).toMatchObject({ value: 'nlb', origin: { rank: 'declared' } })
    expect(exposureOf({ spec, hostname: classic })?.loadBalancer).toMatchObject({ value: 'classic' })
  })

  test('a Classic Load Balancer has instance targets, whatever an annotation says', () => {
    const annotations = { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' }
    expect(exposureOf({ annotations })?.targetType.value).toBe('ip')
    expect(
      exposureOf({ annotations, hostname: 'a0123-456.eu-west-1.elb.amazonaws.com' })?.targetType,
    ).toMatchObject({ value: 'instance', origin: OBSERVED })
  })

  test('the annotation of ours wins over the address', () => {
    const annotations = { 'slackwater.dev/assume': 'nlb-ip' }
    const exposure = exposureOf({ annotations, hostname: 'a0123-456.eu-west-1.elb.amazonaws.com' })
    expect(exposure).toMatchObject({
      loadBalancer: { value: 'nlb', origin: { rank: 'explicit' } },
      targetType: { value: 'ip', origin: { rank: 'explicit' } },
    })
  })
})

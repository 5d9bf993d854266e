import { describe, expect, test } from 'vitest'
import { parseAttributes, parseCount } from '../../../src/core/discovery/annotations/attributes.ts'
import { discoveryRule } from '../../../src/core/discovery/claims/rule.ts'
import * as gatewayDrawers from '../../../src/core/discovery/gateway/drawers.ts'
import * as ingressDrawers from '../../../src/core/discovery/ingress/drawers.ts'
import { GATE_WEBHOOKS, LBC_DEPLOYMENTS } from '../../../src/core/discovery/lbc/lbc-deployment.ts'
import { NAMESPACES } from '../../../src/core/discovery/objects/namespaces.ts'
import { SERVICES_BY_NAME } from '../../../src/core/discovery/objects/services.ts'
import { DISCOVERY_RULES } from '../../../src/core/discovery/rules.ts'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { reasonText } from '../../../src/core/model/exposure.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'

const context = {
  settings: { ingressClass: 'alb', loadBalancerClass: 'service.k8s.aws/nlb', fromFiles: true },
}
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { type: 'ClusterIP', selector: { app: 'cart' }, ports: [{ name: 'http', port: 80 }] },
}
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'web',
    namespace: 'shop',
    annotations: {
      'alb.ingress.kubernetes.io/target-group-attributes': 'deregistration_delay.timeout_seconds=soon',
    },
  },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        host: 'shop.example.com',
        http: { paths: [{ path: '/cart', backend: { service: { name: 'cart', port: { name: 'http' } } } }] },
      },
    ],
  },
}
const binding = {
  apiVersion: 'elbv2.k8s.aws/v1beta1',
  kind: 'TargetGroupBinding',
  metadata: {
    name: 'k8s-shop-cart-0123456789',
    namespace: 'shop',
    labels: { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': 'web' },
  },
  spec: { serviceRef: { name: 'cart', port: 80 }, targetType: 'ip' },
}

function found(...documents: readonly unknown[]) {
  const inventory = createInventory(context.settings)
  for (const document of documents) {
    const object = narrow(document)
    if (object !== undefined) inventory.put(object)
  }
  const selection = { namespace: 'shop', labels: { app: 'cart' }, matching: 'template' } as const
  return { ...inventory.exposuresOf(selection), notices: inventory.noticesAbout(selection) }
}

describe('an exposure explains itself', () => {
  test('the way from the rule to the port, what was assumed, and the line that would settle it', () => {
    const [exposure] = found(service, ingress).exposures
    expect(exposure?.id).toBe('ingress shop/web → shop/cart:80')
    expect(exposure?.because.map(reasonText)).toEqual([
      'Ingress shop/web → rule shop.example.com/cart → Service shop/cart:80',
    ])
    expect(exposure?.assumptions).toEqual([
      'class alb assumed to belong to AWS Load Balancer Controller because of its name: to confirm, include IngressClass alb with spec.controller: ingress.k8s.aws/alb',
      'target type ip assumed: an instance target cannot reach a ClusterIP Service; to confirm, set alb.ingress.kubernetes.io/target-type: ip on Service shop/cart',
    ])
  })

  test("the controller's own binding settles both, and the assumptions fall away", () => {
    const [exposure] = found(service, ingress, binding).exposures
    expect(exposure?.assumptions).toEqual([])
    expect(exposure?.loadBalancer.origin.rank).toBe('observed')
    expect(exposure?.loadBalancer.alternatives.map(({ origin }) => origin.rank)).toEqual(['assumed'])
    expect(exposure?.targetType.origin.rank).toBe('observed')
  })

  test('a bad value is quoted, with its key and what would be right', () => {
    expect(found(service, ingress).notices).toEqual([
      {
        severity: 'warning',
        id: 'bad-annotation-value',
        object: { kind: 'Ingress', namespace: 'shop', name: 'web' },
        text: 'alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds "soon" is not a whole number from 0 to 3600; the default is assumed',
      },
    ])
  })
})

describe('attribute lists (LBC pkg/annotations/parser.go, v2.14.1)', () => {
  test.for<[string, Record<string, string>, string[]]>([
    ['a=1', { a: '1' }, []],
    [' a = 1 , b = 2 ', { a: '1', b: '2' }, []],
    ['a=1,b', { a: '1,b' }, []],
    ['a=1,', { a: '1,' }, []],
    ['a=1,b,c=2', { a: '1', c: '2' }, ['b']],
    ['a=1\\,b=2', { a: '1,b=2' }, []],
    ['a=x\\=y', { a: 'x=y' }, []],
    ['a\\=b=c', { 'a=b': 'c' }, []],
    ['a=1\nb=2', { a: '1\nb=2' }, []],
    ['a=1\n', { a: '1' }, []],
    ['a=', { a: '' }, []],
    ['=1', {}, ['=1']],
    ['junk', {}, ['junk']],
    ['', {}, []],
    [' \n', {}, []],
    ['a=1,a=2', { a: '2' }, []],
  ])('%j', ([text, pairs, broken]) => {
    const parsed = parseAttributes(text)
    expect(Object.fromEntries(parsed.pairs)).toEqual(pairs)
    expect(parsed.broken).toEqual(broken)
  })

  test.for<[string, number | undefined]>([
    ['5', 5],
    ['10', 10],
    ['4', undefined],
    ['11', undefined],
    [' 5', undefined],
    ['5.0', undefined],
    ['-5', undefined],
    ['', undefined],
    ['0x6', undefined],
  ])('a count from 5 to 10: %j is %s', ([text, count]) => {
    expect(parseCount(text, { least: 5, most: 10 })).toBe(count)
  })
})

test('every rule has a kind of its own, and has nothing to say of another', () => {
  expect(new Set(DISCOVERY_RULES.map(({ kind }) => kind)).size).toBe(DISCOVERY_RULES.length)
  const namespace = narrow({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  const own = narrow(service)
  if (namespace?.kind !== 'Namespace' || own?.kind !== 'Service') throw new Error('narrowing failed')
  const rule = discoveryRule('Service', {
    refersTo: ({ ref }) => [ref],
    read: () => ({ claims: [], notices: [] }),
    notices: () => [],
  })
  const filing = { drawer: 'referrers', key: 'Service\0shop\0cart' }
  expect(rule.filingsOf(own)).toEqual([filing])
  expect(rule.filingsOf(namespace)).toEqual([])
})

test('every drawer has a name of its own', () => {
  const drawers = [
    ...[GATE_WEBHOOKS, LBC_DEPLOYMENTS, NAMESPACES, SERVICES_BY_NAME],
    ...Object.values(ingressDrawers).filter((value) => typeof value === 'object'),
    ...Object.values(gatewayDrawers),
  ]
  expect(drawers.map(({ name }) => name).toSorted()).toEqual([
    ...['classes', 'gateWebhooks', 'grants', 'groups', 'ingressClasses', 'lbcDeployments', 'listenerSets'],
    ...['namespaces', 'rollouts', 'routes', 'serviceNames', 'switched', 'targetGroupConfigurations'],
  ])
})

/** What is said of the Ingress if it names no class. */
function withoutClass(fromFiles: boolean, further: Readonly<Record<string, string>> = {}) {
  const inventory = createInventory({ ...context.settings, fromFiles })
  const { ingressClassName: _, ...spec } = ingress.spec
  const annotations = { ...ingress.metadata.annotations, ...further }
  for (const document of [service, { ...ingress, metadata: { ...ingress.metadata, annotations }, spec }]) {
    const object = narrow(document)
    if (object !== undefined) inventory.put(object)
  }
  const selection = { namespace: 'shop', labels: { app: 'cart' }, matching: 'template' } as const
  return inventory.noticesAbout(selection).find(({ id }) => id === 'ingress-without-class')
}

test.for([
  [true, true],
  [false, false],
])('an option about files is named only where they are read: from files %s', ([fromFiles, isNamed]) => {
  const notice = withoutClass(fromFiles === true)
  expect(notice?.text).toContain('spec.ingressClassName')
  expect(notice?.text.includes('--assume-default-class')).toBe(isNamed)
  // Files seldom have the default class: it may stand elsewhere, and then the annotations count.
  expect(notice?.text.includes('no IngressClass in the files is the default')).toBe(isNamed)
  expect(notice?.text.includes('without one, its alb.ingress.kubernetes.io annotations')).toBe(isNamed)
  // In a cluster it is certain that nothing sends there; of files it is not, and a lint must not end with 0.
  expect(notice?.severity).toBe(isNamed ? 'warning' : 'information')
})

test('an Ingress in files without a class, which has annotations of another controller too, is no warning', () => {
  const notice = withoutClass(true, { 'nginx.ingress.kubernetes.io/rewrite-target': '/' })
  expect(notice?.severity).toBe('information')
})

describe('a Service that an Ingress names and that is not there', () => {
  const elsewhere = { ...service, metadata: { name: 'cart', namespace: 'default' } }

  function said(fromFiles: boolean, ...documents: readonly unknown[]) {
    const inventory = createInventory({ fromFiles, ...(fromFiles && { assumedNamespace: 'default' }) })
    for (const document of documents) {
      const object = narrow(document)
      if (object !== undefined) inventory.put(object)
    }
    return inventory
      .notices()
      .flatMap(({ id, severity, text }) => (id === 'service-not-found' ? [[severity, text]] : []))
  }

  test('may stand beside the files', () => {
    expect(said(true, ingress)).toEqual([
      [
        'information',
        'its backend Service shop/cart is not among the files, so what it selects is unknown: give its file, too',
      ],
    ])
  })

  test('one of the same name in another namespace is pointed at', () => {
    expect(said(true, ingress, elsewhere)).toEqual([
      [
        'information',
        'its backend Service shop/cart is not among the files, but Service default/cart is: name one namespace in both, or plan with -n shop',
      ],
    ])
  })

  // -n moves what names no namespace: here the Ingress, which then stands beside its Service.
  test.for([
    ['default', 'shop', ', or plan with -n shop'],
    ['shop', 'fair', ''],
  ])('of an Ingress in %s and a Service in %s', ([own = '', other = '', option]) => {
    const moved = { ...ingress, metadata: { ...ingress.metadata, namespace: own } }
    const [[, text] = []] = said(true, moved, { ...service, metadata: { name: 'cart', namespace: other } })
    expect(text).toBe(
      `its backend Service ${own}/cart is not among the files, but Service ${other}/cart is: name one namespace in both${option}`,
    )
  })

  test('in a cluster it is missing', () => {
    const ofLbc = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'alb' },
      spec: { controller: 'ingress.k8s.aws/alb' },
    }
    expect(said(false, ingress, ofLbc, elsewhere)).toEqual([
      ['warning', 'its backend Service shop/cart is not found'],
    ])
  })
})

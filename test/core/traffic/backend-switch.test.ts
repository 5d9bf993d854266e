import { describe, expect, test } from 'vitest'
import { warningOf } from '../../../src/core/findings/warning-line.ts'
import { createInventory } from '../../../src/core/inventory/create-inventory.ts'
import { backendSwitch } from '../../../src/core/traffic/backend-switch.ts'
import type { TrafficObject } from '../../../src/core/traffic/change.ts'
import { root } from '../../../src/kubernetes/json.ts'
import { narrow } from '../../../src/kubernetes/narrow.ts'
import { toWorkloadSummary } from '../../../src/kubernetes/workload.ts'
import { settingsWith } from '../exposures.ts'

/**
 * What a switch is follows from the controller's code: one target group for each object, Service and port as written, and
 * targets that are registered after the listener rules change.
 */

const IP = { 'alb.ingress.kubernetes.io/target-type': 'ip' }

const meta = (name: string, annotations: Record<string, string> = {}) => ({
  name,
  namespace: 'shop',
  annotations,
})

const service = (name: string, selector: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { selector, ports: [{ name: 'http', port: 80 }] },
})

/** A live Deployment with labels `app: web` and its color, without a preStop hook unless one is asked for. */
const deployment = (color: string, { replicas = 2, hook = true } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...meta(`web-${color}`), uid: color, creationTimestamp: '2026-03-02T10:00:00Z' },
  spec: {
    replicas,
    template: {
      metadata: { labels: { app: 'web', color } },
      spec: {
        containers: [
          { name: 'app', ...(hook ? { lifecycle: { preStop: { sleep: { seconds: 45 } } } } : {}) },
        ],
      },
    },
  },
})

type Backend = readonly [name: string, port?: number | string]

const backendOf = ([name, port = 80]: Backend) => ({
  service: { name, port: typeof port === 'number' ? { number: port } : { name: port } },
})

/** One path for each backend. */
const ingress = (
  paths: Readonly<Record<string, Backend>>,
  { annotations = {}, className = 'alb' }: { annotations?: Record<string, string>; className?: string } = {},
) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: meta('web', { ...IP, ...annotations }),
  spec: {
    ingressClassName: className,
    rules: [
      {
        host: 'shop.example',
        http: { paths: Object.entries(paths).map(([path, to]) => ({ path, backend: backendOf(to) })) },
      },
    ],
  },
})

const weights = (...groups: readonly (readonly [service: string, weight: number])[]) => ({
  'alb.ingress.kubernetes.io/actions.both': JSON.stringify({
    type: 'forward',
    forwardConfig: {
      targetGroups: groups.map(([serviceName, weight]) => ({ serviceName, servicePort: 80, weight })),
    },
  }),
})

const BOTH: Backend = ['both', 'use-annotation']

const route = (
  ...rules: readonly (readonly [path: string, ...backends: readonly (readonly [string, number])[]])[]
) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: meta('web'),
  spec: {
    parentRefs: [{ name: 'web' }],
    rules: rules.map(([path, ...backends]) => ({
      matches: [{ path: { type: 'PathPrefix', value: path } }],
      backendRefs: backends.map(([name, weight]) => ({ name, port: 80, weight })),
    })),
  },
})

const CLUSTER = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'alb' },
    spec: { controllerName: 'gateway.k8s.aws/alb' },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: meta('web'),
    spec: { gatewayClassName: 'alb', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  },
  service('blue', { app: 'web', color: 'blue' }),
  service('blue-again', { app: 'web', color: 'blue' }),
  service('green', { app: 'web', color: 'green' }),
  service('empty', { app: 'nothing' }),
  service('asleep', { app: 'web', color: 'gray' }),
]

const WORKLOADS = [deployment('blue'), deployment('green'), deployment('gray', { replicas: 0 })]

function narrowed(raw: unknown): TrafficObject {
  const object = narrow(raw)
  switch (object?.kind) {
    case 'Ingress':
    case 'Service':
    case 'HTTPRoute':
      return object
    default:
      throw new Error('moves no traffic')
  }
}

/** What is said of an update, with the object before it in the cluster. */
function judged(before: unknown, after: unknown, workloads: readonly unknown[] = WORKLOADS) {
  const inventory = createInventory({ ...settingsWith(), fromFiles: false })
  for (const raw of [...CLUSTER, before]) {
    const object = narrow(raw)
    if (object !== undefined) inventory.put(object)
  }
  for (const raw of workloads) inventory.putWorkload(toWorkloadSummary(root(raw)))
  return backendSwitch({ before: narrowed(before), after: narrowed(after) }, inventory)
}

const BLUE = ingress({ '/': ['blue'] })
const at100 = { annotations: weights(['blue', 100], ['green', 0]) }
const at0 = { annotations: weights(['blue', 0], ['green', 100]) }

describe('a switch of an Ingress', () => {
  test.for<[string, unknown, unknown]>([
    ['to another Service', BLUE, ingress({ '/': ['green'] })],
    [
      'to another Service of the same Pods: a target group of its own',
      BLUE,
      ingress({ '/': ['blue-again'] }),
    ],
    ['to the same port by its name: a target group of its own', BLUE, ingress({ '/': ['blue', 'http'] })],
    [
      'to an action that does not name the Service',
      BLUE,
      ingress({ '/': BOTH }, { annotations: weights(['green', 1]) }),
    ],
    [
      'of an action',
      ingress({ '/': BOTH }, { annotations: weights(['blue', 1]) }),
      ingress({ '/': BOTH }, { annotations: weights(['green', 1]) }),
    ],
    ['that leaves the old one a weight of 0', BLUE, ingress({ '/': BOTH }, at0)],
    [
      'of one path of two',
      ingress({ '/': ['blue'], '/cart': ['blue'] }),
      ingress({ '/': ['blue'], '/cart': ['green'] }),
    ],
    ['with another path that comes with it', BLUE, ingress({ '/new': ['blue'], '/': ['green'] })],
  ])('%s', ([, before, after]) => {
    expect(judged(before, after).map(({ id, severity }) => [id, severity])).toEqual([
      ['backend-switch', 'warning'],
    ])
  })

  test('between two ports of one Service: the message tells them apart', () => {
    expect(judged(BLUE, ingress({ '/': ['blue', 'http'] }))).toMatchObject([
      {
        brief: '503 until Service blue:http has healthy targets',
        message:
          'rule shop.example/ moves from Service blue:80 to Service blue:http in one step: the load balancer answers 503 until the first targets of blue:http are healthy',
      },
    ])
  })

  test.for<[string, unknown, unknown]>([
    ['nothing changes', BLUE, BLUE],
    ['a path that comes', BLUE, ingress({ '/': ['blue'], '/new': ['green'] })],
    ['a path that goes', ingress({ '/': ['blue'], '/old': ['green'] }), BLUE],
    ['a path that is renamed with its Service', ingress({ '/a': ['blue'] }), ingress({ '/b': ['green'] })],
    ['the first backend', ingress({ '/': ['missing'] }), ingress({ '/': ['green'] })],
    ['a Service without Pods', ingress({ '/': ['empty'] }), ingress({ '/': ['green'] })],
    [
      'a Service of a workload that is scaled to nothing',
      ingress({ '/': ['asleep'] }),
      ingress({ '/': ['green'] }),
    ],
    ['the first step: both, all of the traffic where it was', BLUE, ingress({ '/': BOTH }, at100)],
    ['the second step: the weights', ingress({ '/': BOTH }, at100), ingress({ '/': BOTH }, at0)],
    ['the third step: the new one alone', ingress({ '/': BOTH }, at0), ingress({ '/': ['green'] })],
    ['back before it is over', ingress({ '/': BOTH }, at0), ingress({ '/': BOTH }, at100)],
    [
      'a share for a new Service beside the old one',
      BLUE,
      ingress({ '/': BOTH }, { annotations: weights(['blue', 90], ['green', 10]) }),
    ],
    [
      'weights in steps',
      ingress({ '/': BOTH }, { annotations: weights(['blue', 90], ['green', 10]) }),
      ingress({ '/': BOTH }, { annotations: weights(['blue', 50], ['green', 50]) }),
    ],
    [
      'to what another path has sent to: its targets are there',
      ingress({ '/': ['blue'], '/b': ['green'] }),
      ingress({ '/': ['green'], '/b': ['green'] }),
    ],
    [
      'an annotation',
      BLUE,
      ingress({ '/': ['blue'] }, { annotations: { 'alb.ingress.kubernetes.io/scheme': 'internal' } }),
    ],
    [
      'a controller that is not ours',
      ingress({ '/': ['blue'] }, { className: 'nginx' }),
      ingress({ '/': ['green'] }, { className: 'nginx' }),
    ],
    [
      'a move to another class: another load balancer',
      BLUE,
      ingress({ '/': ['green'] }, { className: 'nginx' }),
    ],
    [
      'an action that cannot be read',
      BLUE,
      ingress({ '/': BOTH }, { annotations: { 'alb.ingress.kubernetes.io/actions.both': '{' } }),
    ],
    [
      'a redirect',
      BLUE,
      ingress(
        { '/': BOTH },
        { annotations: { 'alb.ingress.kubernetes.io/actions.both': '{"type":"redirect"}' } },
      ),
    ],
  ])('is not %s', ([, before, after]) => {
    expect(judged(before, after)).toEqual([])
  })

  test('is told once for all of its rules, with the first and how many more', () => {
    const before = ingress({ '/a': ['blue'], '/b': ['blue'], '/c': ['blue'] })
    const after = ingress({ '/a': ['green'], '/b': ['green'], '/c': ['green'] })
    const [finding, ...others] = judged(before, after)
    expect(others).toEqual([])
    expect(finding?.message).toBe(
      'rule shop.example/a (and 2 more) moves from Service blue to Service green in one step: the load balancer answers 503 until the first targets of green are healthy',
    )
  })

  test('names the workload without a hook, in a warning of its own', () => {
    const [, finding, ...others] = judged(BLUE, ingress({ '/': ['green'] }), [
      deployment('blue'),
      deployment('green', { hook: false }),
    ])
    expect(others).toEqual([])
    expect(finding?.message).toContain('Deployment shop/web-green has no preStop hook')
    expect(finding && warningOf(finding)).toBe(
      'backend-switch: no preStop hook on Deployment web-green; set slackwater.dev/assume on its template first',
    )
  })

  test('has the first step to paste, which is none itself and leads to a second that is none', () => {
    const [finding] = judged(BLUE, ingress({ '/': ['green'] }))
    expect(finding?.paste).toBe(
      [
        '# First; go on when the new targets are healthy.',
        'metadata:',
        '  annotations:',
        '    "alb.ingress.kubernetes.io/actions.green-switch": "{\\"type\\":\\"forward\\",\\"forwardConfig\\":{\\"targetGroups\\":[{\\"serviceName\\":\\"blue\\",\\"servicePort\\":80,\\"weight\\":100},{\\"serviceName\\":\\"green\\",\\"servicePort\\":80,\\"weight\\":0}]}}"',
        '# the backend of the rule:',
        'backend:',
        '  service: {name: "green-switch", port: {name: use-annotation}}',
        '# Then exchange the weights. Name the new Service alone after the deregistration delay.',
      ].join('\n'),
    )
  })

  test('keeps the shares of several old targets in what is pasted: a canary stays one', () => {
    const shared = { annotations: weights(['blue', 95], ['blue-again', 5]) }
    const [finding] = judged(ingress({ '/': BOTH }, shared), ingress({ '/': ['green'] }))
    const [, action = ''] = /actions\.green-switch": (".*")$/m.exec(finding?.paste ?? '') ?? []
    const { forwardConfig } = JSON.parse(JSON.parse(action))
    expect(forwardConfig.targetGroups).toEqual([
      { serviceName: 'blue', servicePort: 80, weight: 95 },
      { serviceName: 'blue-again', servicePort: 80, weight: 5 },
      { serviceName: 'green', servicePort: 80, weight: 0 },
    ])
  })

  test('is found among 16,000 paths, and costs no more than their size', () => {
    const paths = (name: string) =>
      Object.fromEntries(Array.from({ length: 16_000 }, (_, index) => [`/${index}`, [name] as const]))
    const before = ingress({ ...paths('blue'), '/': ['blue'] })
    expect(judged(before, ingress({ ...paths('green'), '/': ['blue'] }))).toHaveLength(1)
    expect(judged(before, before)).toEqual([])
  })

  test('is not guessed among rules of one name', () => {
    const rule = (name: string) => ingress({ '/': [name] }).spec.rules[0]
    const with2 = { ...BLUE, spec: { ...BLUE.spec, rules: [rule('green'), rule('blue')] } }
    expect(judged(BLUE, with2)).toEqual([])
    expect(
      judged(with2, { ...BLUE, spec: { ...BLUE.spec, rules: [rule('green'), rule('blue-again')] } }),
    ).toHaveLength(1)
  })
})

describe('a switch of a route', () => {
  test.for<[string, unknown, unknown, number]>([
    ['to another Service', route(['/', ['blue', 1]]), route(['/', ['green', 1]]), 1],
    [
      'of one rule',
      route(['/a', ['blue', 1]], ['/', ['blue', 1]]),
      route(['/', ['blue', 1]], ['/a', ['green', 1]]),
      1,
    ],
    ['the first step', route(['/', ['blue', 1]]), route(['/', ['blue', 1], ['green', 0]]), 0],
    ['the second step', route(['/', ['blue', 1], ['green', 0]]), route(['/', ['blue', 0], ['green', 1]]), 0],
    [
      'a rule before the others',
      route(['/', ['blue', 1]]),
      route(['/new', ['green', 1]], ['/', ['blue', 1]]),
      0,
    ],
    ['nothing had a weight', route(['/', ['blue', 0]]), route(['/', ['green', 1]]), 0],
  ])('%s', ([, before, after, found]) => {
    const findings = judged(before, after)
    expect(findings).toHaveLength(found)
    for (const { paste } of findings)
      expect(paste).toContain('  - {name: "green", namespace: "shop", port: 80, weight: 0}')
  })
})

describe('a switch of a selector', () => {
  const web = (
    selector: Record<string, string>,
    annotations: Record<string, string> = { 'slackwater.dev/assume': 'alb-ip' },
  ) => {
    const { metadata, ...rest } = service('web', selector)
    return { ...rest, metadata: { ...metadata, annotations } }
  }
  const blue = { app: 'web', color: 'blue' }
  const green = { app: 'web', color: 'green' }

  test.for<[string, unknown, unknown, number]>([
    ['to other workloads', web(blue), web(green), 1],
    ['to both: the first step', web(blue), web({ app: 'web' }), 0],
    ['from both to one: the second step', web({ app: 'web' }), web(green), 0],
    ['to nothing', web(blue), web({ app: 'nothing' }), 0],
    ['from nothing', web({ app: 'nothing' }), web(green), 0],
    ['from a workload that is scaled to nothing', web({ app: 'web', color: 'gray' }), web(green), 0],
    ['of a Service behind no load balancer', web(blue, {}), web(green, {}), 0],
    [
      'with nodes as targets',
      web(blue, { 'slackwater.dev/assume': 'alb-instance' }),
      web(green, { 'slackwater.dev/assume': 'alb-instance' }),
      0,
    ],
  ])('%s', ([, before, after, found]) => {
    expect(judged(before, after)).toHaveLength(found)
  })

  test('names both sides, and has both steps to paste', () => {
    const [finding] = judged(web(blue), web(green))
    expect(finding?.message).toBe(
      'Service shop/web moves from Deployment web-blue to Deployment web-green in one step: its old targets leave before the new ones are healthy, and the load balancer may answer 503 until then',
    )
    expect(finding?.paste).toBe(
      [
        '# First select both; go on when the new targets are healthy.',
        `kubectl -n shop patch service web -p '{"spec":{"selector":{"color":null,"app":"web"}}}'`,
        '# Then:',
        `kubectl -n shop patch service web -p '{"spec":{"selector":{"app":"web","color":"green"}}}'`,
      ].join('\n'),
    )
  })

  test('behind an NLB alone there is no answer 503', () => {
    const nlb = { 'slackwater.dev/assume': 'nlb-ip' }
    const [finding] = judged(web(blue, nlb), web(green, nlb))
    expect(finding?.message).toContain(
      'before the new ones are healthy, and new connections may fail until then',
    )
  })

  test('without a label in common has a second Service to paste', () => {
    const other = deployment('red')
    other.spec.template.metadata.labels.app = 'shop'
    const [finding] = judged(web(blue), web({ app: 'shop' }), [...WORKLOADS, other])
    expect(finding?.paste).toContain('spec: {"selector":{"app":"shop"},"ports":[{"name":"http","port":80}]}')
  })
})

test('a warning has room for what happens and what to do', () => {
  const [finding] = judged(BLUE, ingress({ '/': ['green'] }))
  expect(finding && warningOf(finding)).toBe(
    'backend-switch: 503 until Service green has healthy targets; send to both first, with weights, then move',
  )
})

test('of a long name the warning has as much as fits', () => {
  const name = 'storefront-production-release-ingress-nginx-controller'
  const [finding] = judged(BLUE, ingress({ '/': [name] }))
  // 120 − 12 for the prefix − 61 for the id, the marks and the action = 47: 18 up to the name, 28 of it, the ellipsis.
  expect(finding && warningOf(finding)).toBe(
    'backend-switch: 503 until Service storefront-production-releas…; send to both first, with weights, then move',
  )
})

test('two objects, or two kinds, are no update', () => {
  expect(judged(BLUE, { ...BLUE, metadata: { ...BLUE.metadata, name: 'other' } })).toEqual([])
  expect(judged(BLUE, route(['/', ['green', 1]]))).toEqual([])
})

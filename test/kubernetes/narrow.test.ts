import { describe, expect, test } from 'vitest'
import {
  at,
  booleanAt,
  entriesOf,
  integerAt,
  itemsOf,
  optional,
  portAt,
  root,
  ShapeError,
  stringAt,
  stringsAt,
} from '../../src/kubernetes/json.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'

const ingressWith = (spec: unknown) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec,
})
const serviceWith = (spec: unknown, metadata: object = { name: 'web' }) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec,
})

describe('a shape that is wrong is named by its path', () => {
  test.for<[unknown, string]>([
    ['text', 'the document: expected a mapping, got a string'],
    [[], 'the document: expected a mapping, got a list'],
    [serviceWith(undefined, {}), 'metadata.name: expected a string, got nothing'],
    [
      ingressWith({ rules: [{ http: { paths: '/' } }] }),
      'spec.rules[0].http.paths: expected a list, got a string',
    ],
    [ingressWith({ rules: {} }), 'spec.rules: expected a list, got a mapping'],
    [ingressWith({ rules: [{ http: [] }] }), 'spec.rules[0].http: expected a mapping, got a list'],
    [serviceWith({ selector: { app: 2048 } }), 'spec.selector.app: expected a string, got a number'],
    [serviceWith({ ports: [{ port: 80.5 }] }), 'spec.ports[0].port: expected a whole number, got a number'],
    [
      serviceWith({ publishNotReadyAddresses: 'yes' }),
      'spec.publishNotReadyAddresses: expected true or false, got a string',
    ],
    [
      serviceWith({ type: 'Magic' }),
      "spec.type: expected one of ClusterIP, NodePort, LoadBalancer, ExternalName, got 'Magic'",
    ],
    [
      {
        apiVersion: 'elbv2.k8s.aws/v1beta1',
        kind: 'IngressClassParams',
        metadata: { name: 'p' },
        spec: { targetType: 'pod' },
      },
      "spec.targetType: expected ip or instance, got 'pod'",
    ],
  ])('%j', ([raw, message]) => {
    const { path, expected, got } = partsOf(message)
    const shape = expect.objectContaining({ name: ShapeError.name, path, expected, got, keys: keysOf(path) })
    expect(() => narrow(raw)).toThrow(shape)
    expect(() => narrow(raw)).toThrow(message)
  })
})

function partsOf(message: string) {
  const [path = '', rest = ''] = message.split(': expected ')
  const [expected = '', got = ''] = rest.split(', got ')
  return { path: path === 'the document' ? '' : path, expected, got }
}

/** `spec.rules[0].http` → `['spec', 'rules', 0, 'http']` */
const keysOf = (path: string): readonly (string | number)[] =>
  (path.match(/[^.[\]]+/g) ?? []).map((key) => (/^\d+$/.test(key) ? Number(key) : key))

describe('namespaces', () => {
  test.for<[string | undefined, string | undefined, string]>([
    [undefined, undefined, 'default'],
    [undefined, 'given', 'given'],
    ['own', 'given', 'own'],
    ['', undefined, 'default'],
  ])('metadata %s with option %s is %s', ([namespace, option, expected]) => {
    const raw = serviceWith({}, { name: 'web', namespace })
    expect(narrow(raw, option === undefined ? {} : { namespace: option })?.ref.namespace).toBe(expected)
  })

  test('of a Namespace: its uid, that it is going, and our annotations only', () => {
    const metadata = {
      name: 'shop',
      uid: 'u-1',
      deletionTimestamp: '2026-11-21T00:00:00Z',
      annotations: { 'slackwater.dev/readiness-gate-labels': '{}', 'example.com/owner': 'web' },
    }
    const read = (given: object) => narrow({ apiVersion: 'v1', kind: 'Namespace', metadata: given })
    const ref = { kind: 'Namespace', namespace: '', name: 'shop' }
    const facts = { name: 'shop', labels: {}, annotations: {} }
    expect(read({ name: 'shop' })).toEqual({ kind: 'Namespace', ref, facts })
    const annotations = { 'slackwater.dev/readiness-gate-labels': '{}' }
    const expected = { ...facts, annotations, uid: 'u-1', deleting: true }
    expect(read(metadata)).toEqual({ kind: 'Namespace', ref, facts: expected })
  })

  test('a cluster-scoped object has none, whatever is given', () => {
    const raw = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
    expect(narrow(raw, { namespace: 'given' })?.ref).toEqual({
      kind: 'Namespace',
      namespace: '',
      name: 'shop',
    })
  })
})

test.for([
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
  { apiVersion: 'example.com/v1', kind: 'Service', metadata: {} },
  { apiVersion: 'example.com/v1', kind: 'Ingress' },
  { kind: 'Ingress' },
  {},
])('a kind that discovery does not read is passed over: %j', (raw) => {
  expect(narrow(raw)).toBeUndefined()
})

test('null counts as absent everywhere', () => {
  const raw = serviceWith(
    { type: null, selector: null, ports: null, loadBalancerClass: null, publishNotReadyAddresses: null },
    { name: 'web', annotations: null, namespace: null, deletionTimestamp: null },
  )
  expect(narrow(raw)).toEqual({
    kind: 'Service',
    ref: { kind: 'Service', namespace: 'default', name: 'web' },
    annotations: {},
    type: 'ClusterIP',
    selector: {},
    ports: [],
    hasNodePorts: false,
    externalTrafficPolicy: 'Cluster',
    publishNotReadyAddresses: false,
    hostnames: [],
    hasAddress: false,
    deleting: false,
  })
})

test('only the annotations that discovery reads are kept', () => {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(1000),
    'alb.ingress.kubernetes.io/scheme': 'internal',
    'alb.ingress.kubernetes.io/target-type': 'ip',
    'alb.ingress.kubernetes.io/actions.a': '{}',
  }
  const kept = narrow({ ...ingressWith({}), metadata: { name: 'web', annotations } })
  expect(kept).toMatchObject({ hasAlbAnnotations: true })
  expect(kept?.kind === 'Ingress' && Object.keys(kept.annotations)).toEqual([
    'alb.ingress.kubernetes.io/target-type',
    'alb.ingress.kubernetes.io/actions.a',
  ])
})

describe('a Rollout', () => {
  const rollout = (strategy: object) =>
    narrow({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'r' },
      spec: { strategy },
    })
  const both = { stableService: 's', canaryService: 'c' }

  test('its target groups are stable and canary; the root Service only names the action', () => {
    const alb = { ingress: 'a', ingresses: ['a', 'b'], rootService: 'root', servicePort: 80 }
    expect(rollout({ canary: { ...both, trafficRouting: { alb } } })).toMatchObject({
      strategy: 'canary',
      ingresses: ['a', 'b'],
      services: ['s', 'c'],
      rootService: 'root',
      port: '80',
      switched: ['s', 'c'],
    })
  })

  test('with ping and pong it has no others, each once', () => {
    const pingPong = { pingService: 'ping', pongService: 'pong' }
    expect(rollout({ canary: { ...both, pingPong } })).toMatchObject({
      services: ['ping', 'pong'],
      rootService: 's',
    })
    expect(rollout({ canary: { stableService: 's', canaryService: 's' } })).toMatchObject({
      services: ['s'],
    })
  })

  test('blue-green switches its active Service last, its preview Service before there are Pods', () => {
    expect(rollout({ blueGreen: { activeService: 'active', previewService: 'preview' } })).toMatchObject({
      strategy: 'blue-green',
      services: [],
      switched: ['active'],
    })
  })

  test('ports by Ingress', () => {
    const servicePorts = [{ ingress: 'a', servicePorts: [80, 443] }, {}]
    expect(rollout({ canary: { trafficRouting: { alb: { servicePorts } } } })).toMatchObject({
      port: '',
      ports: [
        { ingress: 'a', ports: ['80', '443'] },
        { ingress: '', ports: [] },
      ],
    })
  })
})

test('readers give what is there, and nothing for what is not', () => {
  const document = root({
    text: 't',
    count: 3,
    yes: true,
    list: [1],
    map: { a: 'b', c: null, d: 'e' },
    port: 'http',
  })
  expect(stringAt(at(document, 'text'))).toBe('t')
  expect(integerAt(at(document, 'count'))).toBe(3)
  expect(booleanAt(at(document, 'yes'))).toBe(true)
  expect(itemsOf(at(document, 'list')).map(integerAt)).toEqual([1])
  expect(itemsOf(at(document, 'nothing'))).toEqual([])
  expect(entriesOf(at(document, 'nothing'))).toEqual([])
  expect(stringsAt(at(document, 'map'), (key) => key !== 'd')).toEqual({ a: 'b' })
  expect(portAt(at(document, 'port'))).toBe('http')
  expect(portAt(at(document, 'count'))).toBe('3')
  expect(optional(stringAt, at(document, 'nothing', 'below'))).toBeUndefined()
  expect(() => at(document, 'text', 'below')).toThrow('text: expected a mapping, got a string')
})

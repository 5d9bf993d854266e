import fc from 'fast-check'
import {
  type DiscoveryObject,
  objectRef,
  serviceRef,
} from '../../../src/core/discovery/objects/discovery-object.ts'
import type {
  Listener,
  NamespacePolicy,
  RouteObject,
} from '../../../src/core/discovery/objects/gateway-api.ts'

/** Gateway API objects of the same small world as the other arbitraries: they meet each other and the Services. */
const namespace = fc.constantFrom('a', 'a', 'a', 'b')
const name = fc.constantFrom('x', 'x', 'y')
const serviceName = fc.constantFrom('x', 'y', 'z')
const createdAt = fc.constantFrom('', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')

const gatewayClass = fc
  .record({
    name: fc.constantFrom('alb', 'other'),
    controller: fc.constantFrom(
      'gateway.k8s.aws/alb',
      'gateway.k8s.aws/nlb',
      'eks.amazonaws.com/gateway-nlb',
      'n/x',
    ),
    configured: fc.boolean(),
  })
  .map(
    ({ name, controller, configured }): DiscoveryObject => ({
      kind: 'GatewayClass',
      ref: objectRef('GatewayClass', '', name),
      controller,
      ...(configured ? { parameters: { ...parameters, namespace: 'a' } } : {}),
    }),
  )

const parameters = { group: 'gateway.k8s.aws', kind: 'LoadBalancerConfiguration', name: 'x' }

const policy: fc.Arbitrary<NamespacePolicy> = fc.constantFrom<NamespacePolicy>(
  { from: 'Same' },
  { from: 'All' },
  { from: 'All' },
  { from: 'Selector', selector: { matchLabels: { team: '1' }, matchExpressions: [] } },
)

const listener: fc.Arbitrary<Listener> = fc
  .record({
    port: fc.constantFrom(80, 443),
    protocol: fc.constantFrom('HTTP', 'TCP', 'TCP', 'UDP'),
    namespaces: policy,
    hostname: fc.constantFrom(undefined, undefined, 'h.example.com'),
  })
  .map(({ hostname, port, ...rest }) => ({
    ...rest,
    port,
    name: `l${port}`,
    kinds: [],
    ...(hostname === undefined ? {} : { hostname }),
  }))

const listeners = fc.array(listener, { minLength: 1, maxLength: 2 })

const gateway = fc
  .record({
    namespace,
    name,
    className: fc.constantFrom('alb', 'alb', 'other'),
    listeners,
    configured: fc.boolean(),
    policy,
  })
  .map(
    ({ namespace, name, className, listeners, configured, policy }): DiscoveryObject => ({
      kind: 'Gateway',
      ref: objectRef('Gateway', namespace, name),
      className,
      ...(configured ? { parameters } : {}),
      listeners,
      allowedListeners: policy,
      hasAddress: false,
      deleting: false,
    }),
  )

const listenerSet = fc.record({ namespace, name, gateway: name, listeners, createdAt }).map(
  ({ namespace, name, gateway, listeners, createdAt }): DiscoveryObject => ({
    kind: 'ListenerSet',
    ref: objectRef('ListenerSet', namespace, name),
    gateway: objectRef('Gateway', 'a', gateway),
    listeners,
    createdAt,
  }),
)

const backend = fc
  .record({ namespace, name: serviceName, weight: fc.constantFrom(0, 1) })
  .map(({ namespace, name, weight }) => ({ object: serviceRef(namespace, name), port: 80, weight }))

const rule = fc
  .record({ backends: fc.array(backend, { maxLength: 2 }), configured: fc.constantFrom(false, false, true) })
  .map(({ backends, configured }) => ({
    at: 'rule',
    backends,
    redirects: false,
    configurations: configured ? ['x'] : [],
    unsupported: [],
  }))

const parent = fc
  .record({
    kind: fc.constantFrom('Gateway', 'Gateway', 'ListenerSet'),
    name,
    section: fc.constantFrom(undefined, 'l80'),
  })
  .map(({ kind, name, section }) => ({
    object: objectRef(kind, 'a', name),
    ...(section === undefined ? {} : { section }),
  }))

const route = fc
  .record({
    kind: fc.constantFrom(
      'HTTPRoute' as const,
      'TCPRoute' as const,
      'TCPRoute' as const,
      'UDPRoute' as const,
    ),
    namespace,
    name,
    parents: fc.array(parent, { minLength: 1, maxLength: 2 }),
    rules: fc.array(rule, { minLength: 1, maxLength: 2 }),
    createdAt,
  })
  .map(
    ({ kind, namespace, name, ...rest }): RouteObject => ({
      kind,
      ref: objectRef(kind, namespace, name),
      hostnames: [],
      deleting: false,
      ...rest,
    }),
  )

const grant = fc.record({ namespace, kind: fc.constantFrom('HTTPRoute', 'TCPRoute') }).map(
  ({ namespace, kind }): DiscoveryObject => ({
    kind: 'ReferenceGrant',
    ref: objectRef('ReferenceGrant', namespace, 'x'),
    from: [{ group: 'gateway.networking.k8s.io', kind, namespace: namespace === 'a' ? 'b' : 'a' }],
    to: [{ group: '', kind: 'Service' }],
  }),
)

const targetGroupConfiguration = fc
  .record({
    namespace,
    name,
    service: fc.constantFrom(undefined, 'x', 'y'),
    delay: fc.constantFrom('10', '20', 'soon'),
  })
  .map(
    ({ namespace, name, service, delay }): DiscoveryObject => ({
      kind: 'TargetGroupConfiguration',
      ref: objectRef('TargetGroupConfiguration', namespace, name),
      ...(service === undefined ? {} : { service: serviceRef(namespace, service) }),
      hasTarget: service !== undefined,
      defaults: { targetType: 'ip', attributes: { 'deregistration_delay.timeout_seconds': delay } },
      routes: [],
    }),
  )

const loadBalancerConfiguration = fc
  .record({ namespace, prefersGateway: fc.boolean(), withDefault: fc.boolean() })
  .map(
    ({ namespace, prefersGateway, withDefault }): DiscoveryObject => ({
      kind: 'LoadBalancerConfiguration',
      ref: objectRef('LoadBalancerConfiguration', namespace, 'x'),
      prefersGateway,
      attributes: { 'idle_timeout.timeout_seconds': '100' },
      listeners: {},
      ...(withDefault ? { defaultTargetGroups: 'x' } : {}),
    }),
  )

const listenerRuleConfiguration = fc.record({ namespace, answers: fc.boolean() }).map(
  ({ namespace, answers }): DiscoveryObject => ({
    kind: 'ListenerRuleConfiguration',
    ref: objectRef('ListenerRuleConfiguration', namespace, 'x'),
    answers,
  }),
)

export const gatewayObject: fc.Arbitrary<DiscoveryObject> = fc.oneof(
  { weight: 1, arbitrary: gatewayClass },
  { weight: 2, arbitrary: gateway },
  { weight: 8, arbitrary: route },
  { weight: 2, arbitrary: listenerSet },
  { weight: 2, arbitrary: grant },
  { weight: 2, arbitrary: targetGroupConfiguration },
  { weight: 2, arbitrary: loadBalancerConfiguration },
  { weight: 1, arbitrary: listenerRuleConfiguration },
)

const standing = (namespace: string, name: string): DiscoveryObject => ({
  kind: 'Service',
  ref: serviceRef(namespace, name),
  annotations: {},
  type: 'ClusterIP',
  selector: { app: '1' },
  ports: [{ port: 80 }],
  hasNodePorts: false,
  externalTrafficPolicy: 'Cluster',
  publishNotReadyAddresses: false,
  hostnames: [],
  hasAddress: false,
  deleting: false,
})

const open = { name: 'l80', kinds: [], namespaces: { from: 'All' } }

/** What most of these objects refer to, so that a change of one of them shows: an ALB's Gateway and an NLB's. */
export const GATEWAY_BASE: readonly DiscoveryObject[] = [
  { kind: 'GatewayClass', ref: objectRef('GatewayClass', '', 'alb'), controller: 'gateway.k8s.aws/alb' },
  { kind: 'GatewayClass', ref: objectRef('GatewayClass', '', 'nlb'), controller: 'gateway.k8s.aws/nlb' },
  {
    kind: 'Gateway',
    ref: objectRef('Gateway', 'a', 'x'),
    className: 'alb',
    parameters,
    listeners: [{ ...open, port: 80, protocol: 'HTTP' }],
    allowedListeners: { from: 'All' },
    hasAddress: false,
    deleting: false,
  },
  {
    kind: 'Gateway',
    ref: objectRef('Gateway', 'a', 'y'),
    className: 'nlb',
    listeners: [{ ...open, port: 80, protocol: 'TCP' }],
    allowedListeners: { from: 'All' },
    hasAddress: false,
    deleting: false,
  },
  standing('a', 'x'),
  standing('a', 'y'),
  standing('b', 'x'),
]

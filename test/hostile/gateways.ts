import { type Attack, range } from './attack.ts'
import { gateway, type ListenerShape, listenerSet, route, service, services } from './objects.ts'

/** As many as the definitions of the Gateway API allow: 64 listeners, 16 rules of 16 backends, 32 parents. */
const LISTENERS = 64
const RULES = 16
const BACKENDS = 16
const PARENTS = 32

const listeners = (count: number, protocol: 'HTTP' | 'TCP', first = 1): readonly ListenerShape[] =>
  range(count).map((index) => ({
    name: `l${first + index}`,
    port: first + index,
    protocol,
    allowedRoutes: { namespaces: { from: 'All' } },
  }))

const hostnamesOf = (index: number) => range(BACKENDS).map((one) => `h${one}.r${index}.example.com`)

/** All on one port: one listener of the load balancer. */
const hostsOfSet = (index: number, protocol: 'HTTPS' | 'TLS'): readonly ListenerShape[] =>
  range(LISTENERS).map((one) => ({
    name: `l${one}`,
    port: 443,
    protocol,
    hostname: `h${one}.set${index}.example.com`,
  }))

const to = (...indexes: readonly number[]) => indexes.map((index) => ({ name: `s${index}` }))

/** Every rule to sixteen Services of its own. */
const widest = range(RULES).map((rule) => to(...range(BACKENDS).map((one) => rule * BACKENDS + one)))

/** The last ports are those of the ListenerSets. */
const portsOfSet = (index: number): number => 1_000 + (index % 900) * LISTENERS

const forEach = (index: number) =>
  range(LISTENERS).map((one) => ({
    name: `l${one}`,
    port: portsOfSet(index) + one,
    protocol: 'HTTP',
  }))

export const GATEWAY_ATTACKS: readonly Attack[] = [
  {
    name: 'HTTPRoutes to the Service of a neighbor who has granted none',
    counts: 'HTTPRoutes',
    // More than is read of one Service.
    largest: 1_100,
    objects: (size, place) => [
      gateway(place, 'hostile-alb', listeners(1, 'HTTP')),
      ...range(size).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, [
          [{ name: 'web', namespace: place.neighbor }],
        ]),
      ),
    ],
  },
  {
    name: 'HTTPRoutes of 16 rules with 16 backends, at a Gateway of 64 listeners',
    counts: 'HTTPRoutes, and a tenth as many ListenerSets of 64 listeners',
    largest: 200,
    objects: (size, place) => [
      ...services(place.namespace, RULES * BACKENDS),
      gateway(place, 'hostile-alb', listeners(LISTENERS, 'HTTP')),
      ...range(Math.ceil(size / 10)).map((index) =>
        listenerSet(place.namespace, `set${index}`, forEach(index)),
      ),
      ...range(size).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, widest, {
          hostnames: hostnamesOf(index),
        }),
      ),
    ],
  },
  {
    name: 'HTTPRoutes to 16 Services each, at a Gateway with half as many ListenerSets',
    counts: 'HTTPRoutes, and half as many ListenerSets of 64 listeners',
    largest: 300,
    objects: (size, place) => [
      ...services(place.namespace, BACKENDS),
      gateway(place, 'hostile-alb', listeners(1, 'HTTP')),
      ...range(Math.ceil(size / 2)).map((index) =>
        listenerSet(place.namespace, `set${index}`, forEach(index)),
      ),
      ...range(size).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, [to(...range(BACKENDS))]),
      ),
    ],
  },
  {
    name: 'TCPRoutes that are rivals for one listener',
    counts: 'TCPRoutes, and Services',
    largest: 1_000,
    objects: (size, place) => [
      ...services(place.namespace, size),
      gateway(place, 'hostile-nlb', listeners(1, 'TCP')),
      ...range(size).map((index) =>
        route('TCPRoute', { namespace: place.namespace, name: `r${index}` }, [to(index)]),
      ),
    ],
  },
  {
    name: 'TCPRoutes that are rivals for 64 listeners, all to one Service',
    counts: 'TCPRoutes',
    largest: 500,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      gateway(place, 'hostile-nlb', listeners(LISTENERS, 'TCP')),
      ...range(size).map((index) =>
        route('TCPRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)]),
      ),
    ],
  },
  {
    name: 'ListenerSets of 64 listeners at one Gateway',
    counts: 'ListenerSets, and HTTPRoutes to each',
    largest: 150,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      gateway(place, 'hostile-alb', listeners(1, 'HTTP')),
      ...range(size).map((index) => listenerSet(place.namespace, `set${index}`, forEach(index))),
      ...range(size).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)], {
          parentRefs: [{ kind: 'ListenerSet', name: `set${index}` }],
        }),
      ),
    ],
  },
  {
    name: 'ListenerSets of 64 hostnames on one port of a Gateway',
    counts: 'ListenerSets, and HTTPRoutes to each',
    largest: 200,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      gateway(place, 'hostile-alb', listeners(1, 'HTTP')),
      ...range(size).map((index) => listenerSet(place.namespace, `set${index}`, hostsOfSet(index, 'HTTPS'))),
      ...range(size).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)], {
          parentRefs: [{ kind: 'ListenerSet', name: `set${index}` }],
          hostnames: hostnamesOf(index),
        }),
      ),
    ],
  },
  {
    name: 'hosts of TLSRoutes that no listener of an NLB has, at 32 ListenerSets each',
    counts: 'TLSRoutes, and a tenth as many ListenerSets',
    largest: 400,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      gateway(place, 'hostile-nlb', listeners(1, 'TCP')),
      ...range(Math.ceil(size / 10)).map((index) =>
        listenerSet(place.namespace, `set${index}`, hostsOfSet(index, 'TLS')),
      ),
      ...range(size).map((index) =>
        route('TLSRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)], {
          parentRefs: range(PARENTS).map((one) => ({
            kind: 'ListenerSet',
            name: `set${(index + one) % Math.ceil(size / 10)}`,
          })),
          hostnames: hostnamesOf(index),
        }),
      ),
    ],
  },
  {
    name: 'TCPRoutes that no listener of an NLB of somebody else lets in',
    counts: 'TCPRoutes',
    largest: 500,
    objects: (size, place) => [
      service(place.namespace, 's0'),
      gateway(
        place,
        'hostile-nlb',
        listeners(LISTENERS, 'TCP').map(({ allowedRoutes: _, ...one }) => one),
      ),
      route('TCPRoute', { namespace: place.namespace, name: 'own' }, [to(0)]),
      ...range(size).map((index) =>
        route('TCPRoute', { namespace: place.other, name: `r${index}` }, [to(0)], {
          parentRefs: [{ name: 'edge', namespace: place.namespace }],
        }),
      ),
    ],
  },
  {
    name: 'ListenerSets that a Gateway of somebody else does not allow',
    counts: 'ListenerSets',
    largest: 500,
    objects: (size, place) => [
      service(place.namespace, 's0'),
      gateway(place, 'hostile-alb', listeners(1, 'HTTP'), { allowed: 'Same' }),
      route('HTTPRoute', { namespace: place.namespace, name: 'own' }, [to(0)]),
      ...range(size).map((index) =>
        listenerSet(place.other, `set${index}`, forEach(index), { namespace: place.namespace }),
      ),
    ],
  },
  {
    name: 'a TargetGroupConfiguration with entries for as many routes',
    counts: 'entries, and a tenth as many HTTPRoutes',
    largest: 5_000,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      gateway(place, 'hostile-alb', listeners(1, 'HTTP')),
      {
        apiVersion: 'gateway.k8s.aws/v1beta1',
        kind: 'TargetGroupConfiguration',
        metadata: { name: 'entries', namespace: place.namespace },
        spec: {
          targetReference: { group: '', kind: 'Service', name: 's0' },
          defaultConfiguration: { targetType: 'ip' },
          routeConfigurations: range(size).map((index) => ({
            routeIdentifier: { kind: 'HTTPRoute', namespace: place.namespace, name: `other${index}` },
            targetGroupProps: { targetType: 'ip' },
          })),
        },
      },
      ...range(Math.ceil(size / 10)).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)]),
      ),
    ],
  },
  {
    name: 'a listener that selects namespaces by as many expressions',
    counts: 'expressions, and a tenth as many HTTPRoutes',
    largest: 5_000,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      gateway(place, 'hostile-alb', [
        {
          name: 'l',
          port: 80,
          protocol: 'HTTP',
          allowedRoutes: {
            namespaces: {
              from: 'Selector',
              selector: {
                matchExpressions: range(size).map((index) => ({
                  key: `k${index}`,
                  operator: 'DoesNotExist',
                })),
              },
            },
          },
        },
      ]),
      ...range(Math.ceil(size / 10)).map((index) =>
        route('HTTPRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)]),
      ),
    ],
  },
  {
    name: 'Gateways with one LoadBalancerConfiguration for as many listeners',
    counts: 'listener configurations, and a tenth as many Gateways with a route each',
    largest: 4_000,
    objects: (size, place) => [
      ...services(place.namespace, 1),
      {
        apiVersion: 'gateway.k8s.aws/v1beta1',
        kind: 'LoadBalancerConfiguration',
        metadata: { name: 'shared', namespace: place.namespace },
        spec: {
          listenerConfigurations: range(size).map((index) => ({
            protocolPort: `TCP:${index + 1}`,
            listenerAttributes: [{ key: 'tcp.idle_timeout.seconds', value: '60' }],
          })),
        },
      },
      ...range(Math.ceil(size / 10)).flatMap((index) => [
        gateway(place, 'hostile-nlb', listeners(1, 'TCP'), { name: `g${index}`, configuration: 'shared' }),
        route('TCPRoute', { namespace: place.namespace, name: `r${index}` }, [to(0)], {
          parentRefs: [{ name: `g${index}` }],
        }),
      ]),
    ],
  },
]

import { type Attack, range } from './attack.ts'
import { gateway, route, service } from './objects.ts'

/** As many as the definitions of the Gateway API allow: 16 rules of 16 backends, 16 guests of a grant. */
const RULES = 16
const BACKENDS = 16
const GUESTS = 16

const LISTENER = [{ name: 'l1', port: 1, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }]

export const GRANT_ATTACKS: readonly Attack[] = [
  {
    name: 'ReferenceGrants in the namespace of a backend',
    counts: 'ReferenceGrants, and HTTPRoutes',
    largest: 1_000,
    objects: (size, place) => [
      service(place.namespace, 's0'),
      gateway({ ...place, namespace: place.other }, 'hostile-alb', LISTENER),
      ...range(size).map((index) => ({
        apiVersion: 'gateway.networking.k8s.io/v1beta1',
        kind: 'ReferenceGrant',
        metadata: { name: `g${index}`, namespace: place.namespace },
        spec: {
          from: range(GUESTS).map((one) => ({
            group: 'gateway.networking.k8s.io',
            kind: 'HTTPRoute',
            namespace: index === size - 1 && one === 0 ? place.other : `nowhere-${one}`,
          })),
          to: [{ group: '', kind: 'Service' }],
        },
      })),
      ...range(size).map((index) =>
        route('HTTPRoute', { namespace: place.other, name: `r${index}` }, [
          [{ name: 's0', namespace: place.namespace }],
        ]),
      ),
    ],
  },
  {
    name: 'ReferenceGrants to one guest, sixteen times each, and backends that none of them names',
    counts: 'ReferenceGrants, and a twentieth as many HTTPRoutes of 256 backends',
    largest: 450,
    objects: (size, place) => [
      gateway({ ...place, namespace: place.other }, 'hostile-alb', LISTENER),
      ...range(size).map((index) => ({
        apiVersion: 'gateway.networking.k8s.io/v1beta1',
        kind: 'ReferenceGrant',
        metadata: { name: `g${index}`, namespace: place.namespace },
        spec: {
          from: range(GUESTS).map(() => ({
            group: 'gateway.networking.k8s.io',
            kind: 'HTTPRoute',
            namespace: place.other,
          })),
          to: [{ group: '', kind: 'Service', name: `n${index}` }],
        },
      })),
      ...range(Math.ceil(size / 20)).map((index) =>
        route(
          'HTTPRoute',
          { namespace: place.other, name: `r${index}` },
          range(RULES).map((rule) =>
            range(BACKENDS).map((one) => ({ name: `s${rule * BACKENDS + one}`, namespace: place.namespace })),
          ),
        ),
      ),
    ],
  },
]

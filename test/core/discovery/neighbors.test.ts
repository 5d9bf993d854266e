import { describe, expect, test } from 'vitest'
import { MOST_LISTENERS, MOST_PORTS, MOST_QUESTIONS } from '../../../src/core/discovery/annotations/limits.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/inventory/keep-in.ts'

/** One Gateway for several tenants: what a stranger writes there, at a bound and beyond it, is nobody else's. */

const API = 'gateway.networking.k8s.io/v1'
const OLDER = '2026-01-01T00:00:00Z'
const OLD = '2026-02-01T00:00:00Z'
const NEW = '2026-03-01T00:00:00Z'

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const CLASSES = ['alb', 'nlb'].map((name) => ({
  apiVersion: API,
  kind: 'GatewayClass',
  metadata: { name },
  spec: { controllerName: `gateway.k8s.aws/${name}` },
}))

const MANY = 1_500

const TENANTS = ['shop', 'bank']

const homeOf = (name: string, labels: object) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: name },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
]

/** Tenants may use the Gateway, a stranger may not, a guest may. */
const NAMESPACES = [
  ...TENANTS.flatMap((name) => homeOf(name, { edge: 'yes' })),
  ...homeOf('guest', { edge: 'yes' }),
  ...homeOf('stranger', {}),
]

const ADMITTED = { namespaces: { from: 'Selector', selector: { matchLabels: { edge: 'yes' } } } }

const gateway = (className: string, listeners: readonly object[]) => ({
  apiVersion: API,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'infra' },
  spec: { gatewayClassName: className, listeners, allowedListeners: ADMITTED },
})

interface Named {
  readonly namespace: string
  readonly name: string
  readonly createdAt: string
}

const metadataOf = ({ namespace, name, createdAt }: Named) => ({
  name,
  namespace,
  creationTimestamp: createdAt,
})

const EDGE = { kind: 'Gateway', name: 'edge', namespace: 'infra' }

const route = (kind: string, named: Named, spec: object = {}) => ({
  apiVersion: API,
  kind,
  metadata: metadataOf(named),
  spec: { parentRefs: [EDGE], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }], ...spec },
})

function knowing(...objects: readonly object[]): Inventory {
  const inventory = createInventory({ fromFiles: false })
  for (const object of [...CLASSES, ...NAMESPACES, ...objects]) keepIn(inventory, object)
  return inventory
}

/** Namespaces whose Service is behind the Gateway. */
const exposed = (inventory: Inventory, names: readonly string[] = TENANTS): readonly string[] =>
  names.filter(
    (namespace) =>
      inventory.exposuresOf({ namespace, labels: { app: 'web' }, matching: 'pod' }).exposures.length > 0,
  )

const said = (inventory: Inventory, wanted: string) =>
  inventory
    .notices()
    .filter(({ id }) => id === wanted)
    .map(({ object }) => `${object.namespace}/${object.name}`)

describe('routes that want one listener of an NLB', () => {
  const listener = {
    name: 'l',
    port: 443,
    protocol: 'TLS',
    hostname: '*.example.com',
    allowedRoutes: ADMITTED,
  }
  const tenants = [
    route('TLSRoute', { namespace: 'bank', name: 'web', createdAt: OLD }),
    route('TLSRoute', { namespace: 'shop', name: 'web', createdAt: NEW }),
  ]
  const older = (namespace: string, count: number, spec: object = {}) =>
    times(count, (index) =>
      route('TLSRoute', { namespace, name: `r${String(index).padStart(4, '0')}`, createdAt: OLDER }, spec),
    )
  const elsewhere = { hostnames: ['www.example.org'] }

  test.for([
    ['none', []],
    ['many of a namespace that no listener lets in', older('stranger', MANY)],
    [
      'many of a kind that the listener does not take',
      times(MANY, (index) => route('UDPRoute', { namespace: 'guest', name: `r${index}`, createdAt: OLDER })),
    ],
    ['many that name another section', older('guest', MANY, { parentRefs: [{ ...EDGE, sectionName: 'x' }] })],
    ['some of a guest, for another host', older('guest', 20, elsewhere)],
    ['many of a guest, for another host', older('guest', MANY, elsewhere)],
  ] as const)('the oldest has it, whatever older ones there are: %s', ([, others]) => {
    const inventory = knowing(gateway('nlb', [listener]), ...tenants, ...others)
    expect(exposed(inventory)).toEqual(['bank'])
    expect(said(inventory, 'listener-port-taken')).toEqual(['shop/web'])
  })

  test('a namespace whose routes ask too much: its later ones are named, and no one else', () => {
    const listeners = times(MOST_LISTENERS, (index) => ({
      ...listener,
      name: `l${index}`,
      hostname: `h${index}.example.com`,
    }))
    // Of each of 64 listeners one question, and one for each of 16 hostnames: 1,088. What is begun is ended.
    const hostnames = times(16, (index) => `x${index}.example.org`)
    const asked = Math.ceil(MOST_QUESTIONS / (64 * 17))
    const routes = older('guest', asked + 1, { hostnames })
    const [last] = routes.slice(-1)
    const edge = gateway('nlb', listeners)
    // A route for another host attaches to nothing, so there is nothing to say of it.
    const first = route('TLSRoute', { namespace: 'guest', name: 'z', createdAt: OLDER })
    expect(said(knowing(edge, ...tenants, ...routes.slice(0, asked - 1), first), 'too-large')).toEqual([])
    const inventory = knowing(edge, ...tenants, ...routes, first)
    expect(last?.metadata.name).toBe('r0092')
    expect(said(inventory, 'too-large')).toEqual(['guest/z'])
    // The guest's counts where it may have come first; those of the tenants are compared with each other.
    expect(exposed(inventory, ['guest', ...TENANTS])).toEqual(['guest', 'bank'])
  })
})

describe('ListenerSets at one Gateway', () => {
  const own = { name: 'own', port: 80, protocol: 'HTTP' }
  const edge = gateway('alb', [own])

  const hosts = (named: Named, count: number, port = 443) =>
    times(count, (index) => ({
      name: `l${index}`,
      port,
      protocol: 'HTTPS',
      hostname: `h${index}.${named.name}.${named.namespace}.example.com`,
    }))

  const set = (named: Named, listeners: readonly object[]) => ({
    apiVersion: API,
    kind: 'ListenerSet',
    metadata: metadataOf(named),
    spec: { parentRef: { name: 'edge', namespace: 'infra' }, listeners },
  })

  const setOfHosts = (named: Named, count: number, port?: number) => set(named, hosts(named, count, port))

  const shop: Named = { namespace: 'shop', name: 'web', createdAt: NEW }
  const toSet = route('HTTPRoute', shop, { parentRefs: [{ kind: 'ListenerSet', name: 'web' }] })
  const shopOn = (port: number) => [setOfHosts(shop, 1, port), toSet]

  const older = (namespace: string, count: number, listeners: (named: Named) => readonly object[]) =>
    times(count, (index) => {
      const named = { namespace, name: `s${index}`, createdAt: OLDER }
      return set(named, listeners(named))
    })

  const ports = (namespace: string, count: number) =>
    older(namespace, Math.ceil(count / MOST_LISTENERS), ({ name }) => {
      const first = Number(name.slice(1)) * MOST_LISTENERS
      return times(Math.min(MOST_LISTENERS, count - first), (index) => ({
        name: `l${index}`,
        port: 1_000 + first + index,
        protocol: 'HTTP',
      }))
    })

  test.for([
    ['none', []],
    ['of many hostnames on the same port', older('guest', 4, (named) => hosts(named, MOST_LISTENERS))],
    ['of very many hostnames on the same port', older('guest', 40, (named) => hosts(named, MOST_LISTENERS))],
    ['on as many other ports as are read', ports('guest', MOST_PORTS)],
    ['on many ports, which the Gateway does not allow', ports('stranger', 3 * MOST_PORTS)],
  ] as const)('a tenant’s is served, whatever older ones there are: %s', ([, others]) => {
    const inventory = knowing(edge, ...shopOn(443), ...others)
    expect(exposed(inventory)).toEqual(['shop'])
    expect(said(inventory, 'too-large')).toEqual([])
  })

  test('ports beyond the bound are unknown for the namespace that brings them, and said of its own', () => {
    // The last of these has one port too many.
    const sets = ports('guest', MOST_PORTS + 1)
    const last = { namespace: 'guest', name: `s${sets.length - 1}`, createdAt: OLDER }
    const parentRefs = [{ kind: 'ListenerSet', name: last.name, port: 1_000 + MOST_PORTS }]
    const toLast = route('HTTPRoute', last, { parentRefs })
    const inventory = knowing(edge, ...shopOn(443), ...sets, toLast)
    expect(exposed(inventory, ['guest', ...TENANTS])).toEqual(['shop'])
    expect(said(inventory, 'too-large')).toEqual([`guest/${last.name}`, `guest/${last.name}`])
    expect(said(inventory, 'route-not-accepted')).toEqual([])
  })

  test('a port that somebody else brought counts for nobody', () => {
    const port = 1_000 + MOST_PORTS
    const first = { namespace: 'bank', name: 'first', createdAt: OLDER }
    const there = set(first, [{ name: 'l', port, protocol: 'HTTP' }])
    const toLast = route(
      'HTTPRoute',
      { ...first, namespace: 'guest' },
      { parentRefs: [{ kind: 'ListenerSet', name: 's3', port }] },
    )
    const inventory = knowing(edge, there, ...ports('guest', MOST_PORTS + 1), toLast)
    expect(exposed(inventory, ['guest'])).toEqual(['guest'])
    expect(said(inventory, 'too-large')).toEqual([])
  })

  test('what one that is not allowed says makes nobody be asked again', () => {
    const inventory = knowing(edge, ...shopOn(443), ...ports('stranger', MOST_PORTS))
    const before = inventory.exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'pod' })
    keepIn(inventory, set({ namespace: 'stranger', name: 's0', createdAt: OLDER }, [own]))
    expect(inventory.exposuresOf({ namespace: 'shop', labels: { app: 'web' }, matching: 'pod' })).toBe(before)
  })
})

import { describe, expect, test } from 'vitest'
import { MOST_RIVALS } from '../../../src/core/discovery/limits.ts'
import { createInventory, type Inventory } from '../../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../../src/kubernetes/keep.ts'

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
    ['many of a namespace that no listener lets in', older('stranger', 3 * MOST_RIVALS)],
    [
      'many of a kind that the listener does not take',
      times(3 * MOST_RIVALS, (index) =>
        route('UDPRoute', { namespace: 'guest', name: `r${index}`, createdAt: OLDER }),
      ),
    ],
    [
      'many that name another section',
      older('guest', 3 * MOST_RIVALS, { parentRefs: [{ ...EDGE, sectionName: 'x' }] }),
    ],
    ['as many of a guest as are asked, for another host', older('guest', MOST_RIVALS, elsewhere)],
    ['many of a guest, for another host', older('guest', 3 * MOST_RIVALS, elsewhere)],
  ] as const)('the oldest has it, whatever older ones there are: %s', ([, others]) => {
    const inventory = knowing(gateway('nlb', [listener]), ...tenants, ...others)
    expect(exposed(inventory)).toEqual(['bank'])
    expect(said(inventory, 'listener-port-taken')).toEqual(['shop/web'])
  })

  test('the later ones of a namespace with too many are named, and no one else', () => {
    const atBound = older('guest', MOST_RIVALS)
    const one = route('TLSRoute', { namespace: 'guest', name: 'z', createdAt: OLDER })
    expect(said(knowing(gateway('nlb', [listener]), ...tenants, ...atBound), 'too-large')).toEqual([])
    const inventory = knowing(gateway('nlb', [listener]), ...tenants, ...atBound, one)
    expect(said(inventory, 'too-large')).toEqual(['guest/z'])
    // The first of the guest is older than all others.
    expect(exposed(inventory, ['guest', ...TENANTS])).toEqual(['guest'])
  })
})

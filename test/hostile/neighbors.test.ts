import { expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { MOST_NOTICES, MOST_REFERRERS, MOST_SAID } from '../../src/core/discovery/annotations/limits.ts'
import type { IngressObject } from '../../src/core/discovery/objects/discovery-object.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { narrow } from '../../src/kubernetes/narrow.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { requestFor } from '../admission/world.ts'
import { type RawObject, range } from './attack.ts'
import { ALB, CLUSTER, deployment, gateway, ingress, route, service, template } from './objects.ts'

/** Whatever a stranger stores, and however much of it: a neighbor is protected as before, and learns what is its own. */

const VICTIM = 'shop'
/** Before and after it in every order by names. */
const STRANGERS = ['attacker', 'zz-attacker']
const settings = { ...DEFAULT_SETTINGS, fromFiles: false }

function world(...objects: readonly RawObject[]): Inventory {
  const inventory = createInventory(settings)
  for (const object of [...CLUSTER, ...objects]) keepIn(inventory, object)
  return inventory
}

const victim = [service(VICTIM, 'web'), ingress(VICTIM, 'web', [{ service: 'web' }])]
const selection = { namespace: VICTIM, labels: { app: 'web' }, matching: 'template' } as const

const outcome = (inventory: Inventory): string => {
  const request = requestFor(deployment(VICTIM, 'web', template()), { namespace: VICTIM })
  return admit(request, { inventory, settings }).outcome
}

/** Routes of a stranger's, each to all of these Services of the victim's. */
const routes = (namespace: string, count: number, names: readonly string[]) =>
  range(count).map((nth) => routeTo(namespace, `r${nth}`, names))

const routeTo = (namespace: string, name: string, services: readonly string[], parent = 'edge') =>
  route('HTTPRoute', { namespace, name }, [services.map((one) => ({ name: one, namespace: VICTIM }))], {
    parentRefs: [{ name: parent }],
  })

const gatewayOf = (namespace: string, name = 'edge'): RawObject =>
  gateway({ namespace }, 'hostile-alb', [{ name: 'l', port: 80, protocol: 'HTTP' }], { name })

const grant = (...namespaces: readonly string[]): RawObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1beta1',
  kind: 'ReferenceGrant',
  metadata: { namespace: VICTIM, name: 'in' },
  spec: {
    from: namespaces.map((namespace) => ({
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      namespace,
    })),
    to: [{ group: '', kind: 'Service' }],
  },
})

test.for(STRANGERS)(
  'routes of %s that nobody granted take nothing from the Service that they name',
  (stranger) => {
    const inventory = world(...victim, ...routes(stranger, MOST_SAID + 1, ['web']))
    expect(inventory.exposuresOf(selection).exposures).toHaveLength(1)
    expect(outcome(inventory)).toBe('patched')
    expect(inventory.exposedNamespaces()).toEqual([{ namespace: VICTIM, controller: 'lbc' }])
  },
)

test.for(STRANGERS)('nor do routes of %s to other Services that select the same Pods', (stranger) => {
  const internal = ['a-internal', 'b-internal', 'c-internal']
  const services = internal.map((name) => service(VICTIM, name))
  const inventory = world(...victim, ...services, ...routes(stranger, MOST_SAID + 1, internal))
  expect(outcome(inventory)).toBe('patched')
})

test.for(STRANGERS)('granted routes of %s leave the Service its own target group', (stranger) => {
  const numbers = range(MOST_REFERRERS + 20)
  const inventory = world(
    ...victim,
    grant(stranger),
    ...numbers.map((nth) => gatewayOf(stranger, `g${nth}`)),
    ...numbers.map((nth) => routeTo(stranger, `r${nth}`, ['web'], `g${nth}`)),
  )
  const { exposures } = inventory.exposuresOf(selection)
  const isOwn = ({ because: [[first]] }: (typeof exposures)[number]): boolean =>
    first !== undefined && 'object' in first && first.object.kind === 'Ingress'
  expect(exposures.length).toBeGreaterThan(1)
  expect(exposures.filter(isOwn)).toHaveLength(1)
  expect(inventory.noticesAbout(selection).filter(({ id }) => id === 'too-large')).not.toEqual([])
})

test('of two namespaces that are let in, the one with thousands of routes leaves the other its own', () => {
  const [many = '', few = ''] = STRANGERS
  const inventory = world(
    service(VICTIM, 'web'),
    grant(many, few),
    gatewayOf(many),
    gatewayOf(few),
    ...routes(many, MOST_SAID + 1, ['web']),
    ...routes(few, 1, ['web']),
  )
  const seen = JSON.stringify(inventory.exposuresOf(selection).exposures)
  for (const stranger of STRANGERS) expect(seen).toContain(`"namespace":"${stranger}"`)
  const cut = inventory.noticesAbout(selection).filter(({ id }) => id === 'too-large')
  expect(cut.map(({ text }) => text.includes(`routes of namespace ${many} `))).toEqual([true])
})

test.for(STRANGERS)(
  'what is wrong with its own annotation is said, whatever routes of %s name it',
  (stranger) => {
    const annotations = { [`${ALB}/target-group-attributes`]: 'deregistration_delay.timeout_seconds=abc' }
    const own = [service(VICTIM, 'web', { annotations }), ingress(VICTIM, 'web', [{ service: 'web' }])]
    for (const count of [1, MOST_NOTICES, MOST_NOTICES + 1]) {
      const inventory = world(...own, gatewayOf(stranger), ...routes(stranger, count, ['web']))
      const notices = inventory.noticesAbout(selection)
      const about = notices.map(({ id, object }) => `${id} ${object.namespace}`)
      expect(about).toContain(`bad-annotation-value ${VICTIM}`)
      // One by one where there is room for all of them, else all of them by one.
      const refused = about.filter((one) => one.startsWith('reference-not-granted'))
      if (count > MOST_NOTICES) expect(refused).toHaveLength(1)
      expect(refused).not.toEqual([])
    }
  },
)

test('a fault of ours in reading a stranger’s Ingress costs the group that Ingress, and is reported of it', () => {
  const annotations = { [`${ALB}/group.name`]: 'g' }
  const inventory = world(
    service(VICTIM, 'web'),
    ingress(VICTIM, 'web', [{ service: 'web' }], { annotations }),
  )
  inventory.put(throwing(ingress('attacker', 'bad', [{ service: 'x' }], { annotations })))
  expect(outcome(inventory)).toBe('patched')
  const unreadable = inventory.notices().filter(({ id }) => id === 'unreadable')
  expect(unreadable.map(({ object: { namespace, name } }) => `${namespace}/${name}`)).toEqual([
    'attacker/bad',
  ])
  inventory.remove({ kind: 'Ingress', namespace: 'attacker', name: 'bad' })
  expect(outcome(inventory)).toBe('patched')
})

/** An annotation that a rule reads, and at which it throws. */
function throwing(raw: RawObject): IngressObject {
  const object = narrow(raw)
  if (object?.kind !== 'Ingress') throw new Error('no Ingress')
  const fault = (): never => {
    throw new Error('a fault of ours')
  }
  const name = `${ALB}/load-balancer-attributes`
  return { ...object, annotations: Object.defineProperty({ ...object.annotations }, name, { get: fault }) }
}

import { expect, test } from 'vitest'
import { admit } from '../../src/admission/admit.ts'
import { createInventory, type Inventory } from '../../src/core/inventory/create-inventory.ts'
import { keepIn } from '../../src/inventory/keep-in.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { requestFor } from '../admission/world.ts'
import { IS_DEEP, sampleOf } from '../depth.ts'
import type { Attack, PodTemplate, RawObject } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { ATTRIBUTE_ATTACKS, ATTRIBUTES_TOGETHER } from './attributes.ts'
import { growthOf, TOO_FAST } from './growth.ts'
import { ALB, CLUSTER, deployment, GROUP, ingress, service, template } from './objects.ts'

/** Nobody's object may cost more than its size: whatever a tenant stores is read in time that grows as it does. */

// Before and after the neighbor in every order by names.
const PLACE = { namespace: 'a-tenant', other: 'z-tenant', neighbor: 'shop' }
const VICTIM = 'shop'
const settings = { ...DEFAULT_SETTINGS, fromFiles: false }

/** Everybody else: one application behind an ALB. */
const neighbors = [
  ...CLUSTER,
  service(VICTIM, 'web'),
  ingress(VICTIM, 'web', [{ service: 'web' }], { annotations: { [`${ALB}/group.name`]: GROUP } }),
]

const exposedIn = (inventory: Inventory, namespace: string) =>
  inventory.exposuresOf({ namespace, labels: { app: 'web' }, matching: 'template' }).exposures

/** As an object that changes in a field that is kept. */
const changed = (object: RawObject): RawObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: {
      ...object.metadata.annotations,
      'alb.ingress.kubernetes.io/unhealthy-threshold-count': '3',
    },
  },
})

const keepAll = (inventory: Inventory, objects: readonly RawObject[]): void => {
  for (const object of objects) keepIn(inventory, object)
}

/** What is asked for again and again: one admission of each of the two, and what the leader and the report read. */
function look(inventory: Inventory, tenant: RawObject): void {
  for (const object of [tenant, deployment(VICTIM, 'web', template())]) {
    const request = requestFor(object, { namespace: object.metadata.namespace ?? '' })
    admit(request, { inventory, settings })
    admit({ ...request, operation: 'UPDATE', oldObject: changed(object) }, { inventory, settings })
  }
  inventory.exposedNamespaces()
  inventory.notices()
}

/** A choice. */
const MOST_ASKED = 100

/** The objects come, are looked at, change one after the other, are looked at again, and go. */
function live(objects: readonly RawObject[], tenant: RawObject): void {
  const inventory = createInventory(settings)
  keepAll(inventory, neighbors)
  keepAll(inventory, objects)
  look(inventory, tenant)
  const again = objects.map(changed)
  for (const [index, object] of again.entries()) {
    const refs = keepIn(inventory, object)
    // Somebody is always asking for something, so that there is something to forget. What it costs to ask once may grow
    // with the group, so it is not asked more often than that.
    if (index < MOST_ASKED) exposedIn(inventory, VICTIM)
    if (index === again.length - 1) for (const ref of refs) inventory.remove(ref)
  }
  look(inventory, tenant)
}

const templateOf = ({ template: own = () => template() }: Attack, size: number): PodTemplate => own(size)

/** One by one, or some at a time: what grows too fast does so among others, too, only later. */
const OF_ATTRIBUTES = IS_DEEP ? ATTRIBUTE_ATTACKS : ATTRIBUTES_TOGETHER

const ALL = [...ATTACKS, ...OF_ATTRIBUTES]

test.for([...sampleOf(ALL, 3)])('cost grows as the size: $name', async (attack) => {
  const { factor, measured } = await growthOf((size) => {
    const objects = attack.objects(size, PLACE)
    const tenant = deployment(PLACE.namespace, 'web', templateOf(attack, size))
    return () => live(objects, tenant)
  }, attack.largest)
  expect(factor, `${attack.counts}: ${measured}`).toBeLessThan(TOO_FAST)
})

test.for(ALL)('changes nothing for another namespace: $name', (attack) => {
  const inventory = createInventory(settings)
  keepAll(inventory, neighbors)
  const before = exposedIn(inventory, VICTIM)
  // At its largest: bounds are there to be filled.
  keepAll(inventory, attack.objects(attack.largest, PLACE))
  expect(exposedIn(inventory, VICTIM)).toEqual(before)
  expect(before).toHaveLength(1)
})

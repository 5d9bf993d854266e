import { keyOf, type ObjectRef } from '../../model/object-ref.ts'
import type { DiscoveryObject } from '../objects/discovery-object.ts'
import type { Drawer, Filing } from '../objects/drawer.ts'
import type { ObjectView } from '../objects/view.ts'

/**
 * Objects by a Service that they refer to, in a part for each other namespace. What a rule has its objects refer to is
 * filed here for it (rule.ts).
 */
const REFERRERS: Drawer<DiscoveryObject> = { name: 'referrers', keysOf: () => [] }

/** Where an object is found by a Service. */
export const referral = ({ namespace }: ObjectRef, service: ObjectRef): Filing => ({
  drawer: REFERRERS.name,
  key: keyOf(service),
  part: partOf(namespace, service),
})

/** Those of the Service's own namespace stand by themselves: most Services have no others. */
const partOf = (namespace: string, service: ObjectRef): string | undefined =>
  namespace === service.namespace ? undefined : namespace

/** What refers to a Service from a namespace, in a stable order. */
export const referrersIn = (
  namespace: string,
  service: ObjectRef,
  view: ObjectView,
): readonly DiscoveryObject[] => view.filed(REFERRERS, keyOf(service), partOf(namespace, service))

/** How many these are: somebody's objects are not looked through before it is known that they may. */
export const referrerCount = (namespace: string, service: ObjectRef, view: ObjectView): number =>
  view.count(REFERRERS, keyOf(service), partOf(namespace, service))

/** What refers to a Service from its own namespace. */
export const referrersOf = (service: ObjectRef, view: ObjectView): readonly DiscoveryObject[] =>
  referrersIn(service.namespace, service, view)

/** Other namespaces with objects that refer to a Service, whether or not they may. */
export const guestNamespacesOf = (service: ObjectRef, view: ObjectView): readonly string[] =>
  view.partsOf(REFERRERS, keyOf(service))

import { keyOf, type ObjectRef } from '../../model/object-ref.ts'
import type { DiscoveryObject } from '../objects/discovery-object.ts'
import type { Drawer, Filing } from '../objects/drawer.ts'
import type { ObjectView } from '../objects/view.ts'

/**
 * Objects by a Service that they refer to, one part for each other namespace. Rules file their objects here (rule.ts).
 */
const REFERRERS: Drawer<DiscoveryObject> = { name: 'referrers', keysOf: () => [] }

/** Where an object that refers to a Service is filed. */
export const referral = ({ namespace }: ObjectRef, service: ObjectRef): Filing => ({
  drawer: REFERRERS.name,
  key: keyOf(service),
  part: partOf(namespace, service),
})

/** Objects in the Service's own namespace have no part of their own: most Services have no others. */
const partOf = (namespace: string, service: ObjectRef): string | undefined =>
  namespace === service.namespace ? undefined : namespace

/** Objects in a namespace that refer to a Service, in a stable order. */
export const referrersIn = (
  namespace: string,
  service: ObjectRef,
  view: ObjectView,
): readonly DiscoveryObject[] => view.filed(REFERRERS, keyOf(service), partOf(namespace, service))

/** Their number. Objects are not read before it is known that they may refer to the Service. */
export const referrerCount = (namespace: string, service: ObjectRef, view: ObjectView): number =>
  view.count(REFERRERS, keyOf(service), partOf(namespace, service))

/** Objects in the Service's own namespace that refer to it. */
export const referrersOf = (service: ObjectRef, view: ObjectView): readonly DiscoveryObject[] =>
  referrersIn(service.namespace, service, view)

/** Other namespaces with objects that refer to a Service, whether or not they are allowed to. */
export const guestNamespacesOf = (service: ObjectRef, view: ObjectView): readonly string[] =>
  view.partsOf(REFERRERS, keyOf(service))

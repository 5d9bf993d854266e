import { information, type Notice } from '../../model/notice.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import { MOST_NOTICES } from '../annotations/limits.ts'
import { guestNamespacesOf, referrerCount, referrersIn } from '../claims/referrers.ts'
import type { DiscoveryObject } from '../objects/discovery-object.ts'
import { ROUTE_KINDS } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { isGranted } from './reference-grant.ts'

/** The objects of one other namespace that send to a Service. */
interface Guests {
  readonly namespace: string
  /** What a ReferenceGrant allows, in a stable order. */
  readonly objects: readonly DiscoveryObject[]
}

/**
 * The allowed objects of other namespaces, per namespace: none of them can use up the limit of another. Objects without
 * a ReferenceGrant are not read, however many name the Service.
 */
export const guestsOf = (service: ObjectRef, context: DiscoveryContext): readonly Guests[] =>
  namespacesLetIn(service, context).map((namespace) => ({
    namespace,
    objects: referrersIn(namespace, service, context.view).filter(({ ref }) =>
      isGranted({ ref }, service, context),
    ),
  }))

/** Objects of other namespaces to report on for a Service. */
export interface GuestsToName {
  readonly objects: readonly DiscoveryObject[]
  /** About namespaces whose objects are not allowed and too many to be named one by one. */
  readonly crowds: readonly Notice[]
}

/** At most MOST_NOTICES objects of each other namespace, allowed or not. */
export function guestsToName(service: ObjectRef, context: DiscoveryContext): GuestsToName {
  const { view } = context
  const letIn = guestsOf(service, context)
  const known = new Set(letIn.map(({ namespace }) => namespace))
  const strangers = guestNamespacesOf(service, view).filter((namespace) => !known.has(namespace))
  const { some = [], many = [] } = Object.groupBy(strangers.slice(0, MOST_NOTICES), (namespace) =>
    referrerCount(namespace, service, view) > MOST_NOTICES ? 'many' : 'some',
  )
  return {
    objects: [
      ...letIn.flatMap(({ objects }) => objects.slice(0, MOST_NOTICES)),
      ...some.flatMap((namespace) => referrersIn(namespace, service, view)),
    ],
    crowds: many.map((namespace) => crowdNotice(service, namespace, referrerCount(namespace, service, view))),
  }
}

const crowdNotice = (service: ObjectRef, namespace: string, count: number): Notice =>
  information(
    'reference-not-granted',
    service,
    `${count} routes of namespace ${namespace} name it, but no ReferenceGrant here allows them`,
  )

const namespacesLetIn = (service: ObjectRef, context: DiscoveryContext): readonly string[] =>
  guestNamespacesOf(service, context.view).filter((namespace) =>
    ROUTE_KINDS.some((kind) => isGranted({ ref: { kind, namespace, name: '' } }, service, context)),
  )

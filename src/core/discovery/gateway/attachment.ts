import { type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_PARENTS } from '../annotations/limits.ts'
import type { GatewayObject, ListenerSetObject, ParentRef, RouteObject } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { acceptedBy, type Wish } from './acceptance.ts'
import { gatewayOwnershipOf, type OwnedGateway } from './gateway-ownership.ts'
import { listenersOf, type OfferedListener } from './listeners.ts'
import { isTaken, NO_RIVALS, rivalsAt } from './rivals.ts'

/** A Gateway that an AWS controller serves and that accepts a route, with the listeners that do. */
export interface Attachment {
  readonly gateway: GatewayObject
  readonly route: ObjectRef
  readonly owned: OwnedGateway
  /** The listeners that forward to the route. */
  readonly listeners: readonly OfferedListener[]
  /** Listeners on ports that another route has: a port of an NLB forwards to one route only. */
  readonly taken: readonly OfferedListener[]
  /** The routes of its namespace need too many checks there: whether it came first is not known. */
  readonly isUnasked: boolean
}

/** The outcome of one of a route's parentRefs. */
export type ParentOutcome =
  | { readonly kind: 'attached'; readonly parent: ParentRef; readonly attachment: Attachment }
  /** An AWS controller serves it, but no listener accepts the route. `isOpen`: only some of the listeners were read. */
  | { readonly kind: 'refused'; readonly parent: ParentRef; readonly isOpen: boolean }
  /** It or its class is not in the inventory: the controller that serves it is unknown. */
  | { readonly kind: 'unknown'; readonly parent: ParentRef; readonly missing: 'parent' | 'class' }
  /** Another controller's, or of a Gateway that its controller ignores. */
  | { readonly kind: 'foreign'; readonly parent: ParentRef }

/** LBC pkg/gateway/routeutils/route_listener_mapper.go. The same for every Service of the route. */
export const parentOutcomes = (route: RouteObject, context: DiscoveryContext): readonly ParentOutcome[] =>
  context.shared(`parents\0${refText(route.ref)}`, {
    make: () => {
      const current = context.view.find(route.kind, route.ref) ?? route
      return current.parents.slice(0, MOST_PARENTS).map((parent) => outcomeOf(current, parent, context))
    },
  })

function outcomeOf(route: RouteObject, parent: ParentRef, context: DiscoveryContext): ParentOutcome {
  const { kind } = parent.object
  if (kind !== 'Gateway' && kind !== 'ListenerSet') return { kind: 'foreign', parent }
  const gateway = gatewayOf(parent.object, context)
  if (gateway === undefined) return { kind: 'unknown', parent, missing: 'parent' }
  const ownership = gatewayOwnershipOf(gateway, context)
  if (!ownership.served) {
    return ownership.isOpen ? { kind: 'unknown', parent, missing: 'class' } : { kind: 'foreign', parent }
  }
  return attachmentAt({ route, parent }, { gateway, owned: ownership }, context)
}

interface Place {
  readonly gateway: GatewayObject
  readonly owned: OwnedGateway
}

function attachmentAt(wish: Wish, { gateway, owned }: Place, context: DiscoveryContext): ParentOutcome {
  const { route, parent } = wish
  const loadBalancer = owned.loadBalancer.value
  const { byParent, cutOff } = listenersOf(gateway, loadBalancer, context)
  const named = refText(parent.object)
  const accepted = acceptedBy(wish, byParent.get(named) ?? [], context)
  if (accepted.length === 0) return { kind: 'refused', parent, isOpen: cutOff.has(named) }
  const rivals = loadBalancer === 'nlb' ? rivalsAt(gateway, context) : NO_RIVALS
  const { free = [], taken = [] } = Object.groupBy(accepted, ({ listener }) =>
    isTaken(listener.port, route, rivals) ? 'taken' : 'free',
  )
  const isUnasked = rivals.unasked.has(refText(route.ref))
  const attachment = { gateway, route: route.ref, owned, listeners: free, taken, isUnasked }
  return { kind: 'attached', parent, attachment }
}

function gatewayOf(parent: ObjectRef, { view }: DiscoveryContext): GatewayObject | undefined {
  if (parent.kind === 'Gateway') return view.find('Gateway', parent)
  const set: ListenerSetObject | undefined = view.find('ListenerSet', parent)
  return set === undefined ? undefined : view.find('Gateway', set.gateway)
}

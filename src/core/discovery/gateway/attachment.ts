import type { LoadBalancer } from '../../model/exposure.ts'
import { compareText, type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_PARENTS, MOST_RIVALS } from '../limits.ts'
import type { ObjectView, Surroundings } from '../view.ts'
import { gatewayOwnershipOf, type OwnedGateway } from './gateway-ownership.ts'
import { areCompatible } from './hostname.ts'
import { listenersOf, type OfferedListener, takesKind } from './listeners.ts'
import { type Admission, admits } from './namespace-policy.ts'
import type { GatewayObject, ListenerSetObject, ParentRef, RouteObject } from './objects.ts'

/** A Gateway of an AWS controller's that takes a route, with the listeners that do. */
export interface Attachment {
  readonly gateway: GatewayObject
  readonly route: ObjectRef
  readonly owned: OwnedGateway
  /** Those that forward to it. */
  readonly listeners: readonly OfferedListener[]
  /** Another route has these ports of an NLB, which forward to one only. */
  readonly taken: readonly OfferedListener[]
}

/** What becomes of one of a route's parentRefs. */
export type ParentOutcome =
  | { readonly kind: 'attached'; readonly parent: ParentRef; readonly attachment: Attachment }
  /** An AWS controller's, but no listener takes the route. */
  | { readonly kind: 'refused'; readonly parent: ParentRef }
  /** It or its class is not in the inventory: who serves it cannot be told. */
  | { readonly kind: 'unknown'; readonly parent: ParentRef; readonly missing: 'parent' | 'class' }
  /** Somebody else's, or of a Gateway that its controller leaves alone. */
  | { readonly kind: 'foreign'; readonly parent: ParentRef }

/** LBC pkg/gateway/routeutils/route_listener_mapper.go. The same for every Service of the route. */
export const parentOutcomes = (route: RouteObject, around: Surroundings): readonly ParentOutcome[] =>
  around.shared(`parents\0${refText(route.ref)}`, {
    make: () => {
      const current = around.view.route(route.ref) ?? route
      return current.parents.slice(0, MOST_PARENTS).map((parent) => outcomeOf(current, parent, around))
    },
  })

function outcomeOf(route: RouteObject, parent: ParentRef, around: Surroundings): ParentOutcome {
  const { kind } = parent.object
  if (kind !== 'Gateway' && kind !== 'ListenerSet') return { kind: 'foreign', parent }
  const gateway = gatewayOf(parent.object, around)
  if (gateway === undefined) return { kind: 'unknown', parent, missing: 'parent' }
  const ownership = gatewayOwnershipOf(gateway, around)
  if (!ownership.ours) {
    return ownership.isOpen ? { kind: 'unknown', parent, missing: 'class' } : { kind: 'foreign', parent }
  }
  const place: Place = { gateway, loadBalancer: ownership.loadBalancer.value }
  const accepted = acceptedBy(place, { route, parents: [parent] }, around)
  if (accepted.length === 0) return { kind: 'refused', parent }
  const oldest = oldestRoutes(place, around)
  const { free = [], taken = [] } = Object.groupBy(accepted, ({ listener }) =>
    isOlder(oldest.get(listener.port), route) ? 'taken' : 'free',
  )
  const attachment = { gateway, route: route.ref, owned: ownership, listeners: free, taken }
  return { kind: 'attached', parent, attachment }
}

function gatewayOf(parent: ObjectRef, { view }: Surroundings): GatewayObject | undefined {
  if (parent.kind === 'Gateway') return view.gateway(parent)
  const set: ListenerSetObject | undefined = view.listenerSet(parent)
  return set === undefined ? undefined : view.gateway(set.gateway)
}

interface Place {
  readonly gateway: GatewayObject
  readonly loadBalancer: LoadBalancer
}

interface Wish {
  readonly route: RouteObject
  readonly parents: readonly ParentRef[]
}

/** The listeners of a Gateway that take a route by one of these parentRefs. */
function acceptedBy(
  { gateway, loadBalancer }: Place,
  { route, parents }: Wish,
  around: Surroundings,
): readonly OfferedListener[] {
  const { byParent } = listenersOf(gateway, loadBalancer, around)
  const meant = parents.flatMap((parent) => meantBy(parent, byParent.get(refText(parent.object)) ?? []))
  return [...new Set(meant)].flatMap((one) => {
    const attachment = weaker(one.attachment, admissionOf(route, one, around))
    if (attachment === 'no') return []
    return attachment === one.attachment ? [one] : [{ ...one, attachment }]
  })
}

const meantBy = (
  { section, port }: ParentRef,
  offered: readonly OfferedListener[],
): readonly OfferedListener[] =>
  offered.filter(
    ({ listener }) =>
      (section === undefined || section === listener.name) && (port === undefined || port === listener.port),
  )

const isSame = (one: ObjectRef, other: ObjectRef): boolean =>
  one.kind === other.kind && one.namespace === other.namespace && one.name === other.name

const weaker = (one: Admission, other: Admission): Admission => {
  if (one === 'no' || other === 'no') return 'no'
  return one === 'assumed' ? one : other
}

/** LBC pkg/gateway/routeutils/listener_attachment_helper.go: namespace, kind, hostname. */
function admissionOf(
  route: RouteObject,
  { listener, parent }: OfferedListener,
  around: Surroundings,
): Admission {
  if (!takesKind(listener, route.kind) || !takesHost(listener.hostname, route)) return 'no'
  return admits(listener.namespaces, { host: parent.namespace, guest: route.ref.namespace }, around)
}

const takesHost = (hostname: string | undefined, { hostnames }: RouteObject): boolean =>
  hostname === undefined || hostnames.length === 0 || hostnames.some((one) => areCompatible(one, hostname))

/**
 * An NLB's listener forwards to one route only, the oldest; of equally old ones the first by name
 * (LBC pkg/gateway/model/model_build_listener.go).
 */
const oldestRoutes = (place: Place, around: Surroundings): ReadonlyMap<number, RouteObject> =>
  place.loadBalancer === 'nlb' ? oldestByPort(place, around) : NONE

const NONE: ReadonlyMap<number, RouteObject> = new Map()

const isOlder = (one: RouteObject | undefined, route: RouteObject): boolean =>
  one !== undefined && !isSame(one.ref, route.ref) && compareAge(one, route) < 0

/** The oldest route that each port of an NLB takes; the same for every route that wants one. */
const oldestByPort = (place: Place, around: Surroundings): ReadonlyMap<number, RouteObject> =>
  around.shared(`oldest routes\0${refText(place.gateway.ref)}`, {
    make: () => {
      const oldest = new Map<number, RouteObject>()
      for (const route of wantedBy(place.gateway.ref, around)) {
        const parents = route.parents.slice(0, MOST_PARENTS)
        for (const { listener } of acceptedBy(place, { route, parents }, around))
          if (!oldest.has(listener.port)) oldest.set(listener.port, route)
      }
      return oldest
    },
  })

/** The routes that want listeners of a Gateway, each once, the oldest first. */
function wantedBy(gateway: ObjectRef, { view }: Surroundings): readonly RouteObject[] {
  const all = parentsBeside(gateway, view).flatMap((one) => view.routesOf(one))
  const living = [...new Set(all)].filter(({ deleting }) => !deleting)
  return living.sort(compareAge).slice(0, MOST_RIVALS)
}

/** A Gateway, and every ListenerSet that asks for a place there: their listeners are one list. */
const parentsBeside = (gateway: ObjectRef, view: ObjectView): readonly ObjectRef[] => [
  gateway,
  ...view.listenerSetsOf(gateway).map(({ ref }) => ref),
]

const compareAge = (a: RouteObject, b: RouteObject): number =>
  compareText(a.createdAt, b.createdAt) || compareText(pathOf(a.ref), pathOf(b.ref))

const pathOf = ({ namespace, name }: ObjectRef): string => `${namespace}/${name}`

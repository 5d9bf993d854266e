import type { LoadBalancer } from '../../model/exposure.ts'
import { compareRefs, compareText, keyOf, type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_LISTENERS, MOST_PORTS } from '../annotations/limits.ts'
import type { GatewayObject, Listener, ListenerSetObject } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { LISTENER_SETS_BY_GATEWAY } from './drawers.ts'
import { type Admission, admits } from './namespace-policy.ts'

/**
 * The route kinds that a listener's protocol allows if `allowedRoutes.kinds` is not set (LBC routeutils/constants.go).
 */
const KINDS_BY_PROTOCOL: Readonly<Record<string, readonly string[]>> = {
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  HTTP: ['HTTPRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
}

/** What each load balancer can serve (LBC pkg/gateway/routeutils/listener_utils.go). */
const SERVED = {
  alb: { protocols: ['HTTP', 'HTTPS'], kinds: ['HTTPRoute', 'GRPCRoute'] },
  nlb: { protocols: ['TCP', 'UDP', 'TLS'], kinds: ['TCPRoute', 'TLSRoute', 'UDPRoute'] },
} as const

export const servesKind = (loadBalancer: LoadBalancer, kind: string): boolean =>
  (SERVED[loadBalancer === 'nlb' ? 'nlb' : 'alb'].kinds as readonly string[]).includes(kind)

export const takesKind = ({ kinds, protocol }: Listener, kind: string): boolean =>
  (kinds.length > 0 ? kinds : (KINDS_BY_PROTOCOL[protocol] ?? [])).includes(kind)

/** A listener of a Gateway, its own or a ListenerSet's. */
export interface OfferedListener {
  readonly listener: Listener
  /** The Gateway or the ListenerSet: what a route's parentRef names. */
  readonly parent: ObjectRef
  readonly attachment: Admission
}

/** The listeners of one load balancer. */
interface Listeners {
  /** By the Gateway or ListenerSet that a route's parentRef names (refText), in their order. */
  readonly byParent: ReadonlyMap<string, readonly OfferedListener[]>
  /** The Gateway, and the ListenerSets that it lets add listeners. */
  readonly parents: readonly ObjectRef[]
  /** Parents (refText) with more listeners than are read; the others are unknown. */
  readonly cutOff: ReadonlyMap<string, Excess>
}

/** More listeners than are read of one parent, or on more ports than are read of one namespace. */
type Excess = 'listeners' | 'ports'

/** Every listener that the controller creates for a Gateway, including its ListenerSets'; the same for every route. */
export const listenersOf = (
  gateway: GatewayObject,
  loadBalancer: LoadBalancer,
  context: DiscoveryContext,
): Listeners =>
  context.shared(`listeners\0${loadBalancer}\0${refText(gateway.ref)}`, {
    make: () => listenersNow(context.view.find('Gateway', gateway.ref) ?? gateway, loadBalancer, context),
    isSame,
  })

function listenersNow(
  gateway: GatewayObject,
  loadBalancer: LoadBalancer,
  context: DiscoveryContext,
): Listeners {
  const parents = [
    { ref: gateway.ref, listeners: gateway.listeners, attachment: 'yes' as const },
    ...setsOf(gateway, context),
  ]
  const offered = parents.flatMap(({ ref, listeners, attachment }) =>
    listeners.slice(0, MOST_LISTENERS).map((listener) => ({ listener, parent: ref, attachment })),
  )
  const { conflictFree, crowded } = withoutConflicts(offered, loadBalancer)
  const tooMany = parents.filter(({ listeners }) => listeners.length > MOST_LISTENERS)
  return {
    byParent: Map.groupBy(conflictFree, ({ parent }) => refText(parent)),
    parents: parents.map(({ ref }) => ref),
    cutOff: new Map<string, Excess>([
      ...[...crowded].map((ref) => [ref, 'ports'] as const),
      ...tooMany.map(({ ref }) => [refText(ref), 'listeners'] as const),
    ]),
  }
}

/** A ListenerSet that is not allowed changes nothing: no route has to be read again because of it. */
const isSame = (one: Listeners, other: Listeners): boolean =>
  one.byParent.size === other.byParent.size &&
  one.parents.length === other.parents.length &&
  one.parents.every((ref, index) => {
    const parent = refText(ref)
    const [before = [], after = []] = [one.byParent.get(parent), other.byParent.get(parent)]
    return (
      parent === refText(other.parents[index] ?? ref) &&
      one.cutOff.get(parent) === other.cutOff.get(parent) &&
      before.length === after.length &&
      before.every((offered, nth) => isSameOffer(offered, after[nth]))
    )
  })

const isSameOffer = (one: OfferedListener, other: OfferedListener | undefined): boolean =>
  one.listener === other?.listener && one.attachment === other.attachment

/** Whether the Gateway lets this ListenerSet add listeners. */
export const attachmentOf = (
  set: ListenerSetObject,
  gateway: GatewayObject,
  context: DiscoveryContext,
): Admission =>
  admits(gateway.allowedListeners, { host: gateway.ref.namespace, guest: set.ref.namespace }, context)

interface AttachedSet extends ListenerSetObject {
  readonly attachment: Admission
}

/**
 * The ListenerSets that the Gateway allows: older ones first, then by namespace and name (Gateway API GEP-1713). Any
 * ListenerSet can name any Gateway; those that are not allowed are skipped per namespace.
 */
function setsOf(gateway: GatewayObject, context: DiscoveryContext): readonly AttachedSet[] {
  if (gateway.allowedListeners.from === 'None') return []
  const byNamespace = Map.groupBy(
    context.view.filed(LISTENER_SETS_BY_GATEWAY, keyOf(gateway.ref)),
    ({ ref: { namespace } }) => namespace,
  )
  const admitted = [...byNamespace.values()].flatMap((sets) => {
    const [first] = sets
    const attachment = first === undefined ? 'no' : attachmentOf(first, gateway, context)
    return attachment === 'no' ? [] : sets.map((set) => ({ ...set, attachment }))
  })
  return admitted.sort((a, b) => compareText(a.createdAt, b.createdAt) || compareRefs(a.ref, b.ref))
}

/**
 * Of listeners that exclude each other, the first counts. Of those that would exceed the ports read per namespace, none
 * does. A port that exists already does not count again.
 */
function withoutConflicts(offered: readonly OfferedListener[], loadBalancer: LoadBalancer) {
  const protocols = new Map<number, string>()
  const hosts = new Set<string>()
  const brought = new Map<string, number>()
  const crowded = new Set<string>()
  const conflictFree = offered.filter(({ listener, parent }) => {
    const { port, protocol, hostname } = listener
    if (!isServed(listener, loadBalancer)) return false
    const before = protocols.get(port) ?? protocol
    if (!protocols.has(port)) {
      const count = (brought.get(parent.namespace) ?? 0) + 1
      if (count > MOST_PORTS) {
        crowded.add(refText(parent))
        return false
      }
      brought.set(parent.namespace, count)
      protocols.set(port, before)
    }
    const key = `${port} ${hostname}`
    const isTaken = hostname !== undefined && hosts.has(key)
    hosts.add(key)
    return goTogether(before, protocol) && !isTaken
  })
  return { conflictFree, crowded }
}

function isServed({ kinds, protocol }: Listener, loadBalancer: LoadBalancer): boolean {
  const { protocols } = SERVED[loadBalancer === 'nlb' ? 'nlb' : 'alb']
  return (
    (protocols as readonly string[]).includes(protocol) &&
    kinds.every((kind) => servesKind(loadBalancer, kind))
  )
}

const goTogether = (one: string, other: string): boolean =>
  one === other || [one, other].sort().join() === 'TCP,UDP'

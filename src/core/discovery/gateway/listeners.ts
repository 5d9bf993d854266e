import type { LoadBalancer } from '../../model/exposure.ts'
import { compareRefs, compareText, type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_LISTENERS } from '../limits.ts'
import type { Surroundings } from '../view.ts'
import { type Admission, admits } from './namespace-policy.ts'
import type { GatewayObject, Listener, ListenerSetObject } from './objects.ts'

/** What the protocol of a listener takes where `allowedRoutes.kinds` says nothing (LBC routeutils/constants.go). */
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
export interface Listeners {
  /** By the Gateway or ListenerSet that a route's parentRef names (refText), in their order. */
  readonly byParent: ReadonlyMap<string, readonly OfferedListener[]>
  /** The Gateway, and the ListenerSets that it lets add listeners. */
  readonly parents: readonly ObjectRef[]
  /** There are more than are read: of the others nothing is known. */
  readonly areTooMany: boolean
}

/** Every listener that the controller makes of a Gateway, those of its ListenerSets included; the same for every route. */
export const listenersOf = (
  gateway: GatewayObject,
  loadBalancer: LoadBalancer,
  around: Surroundings,
): Listeners =>
  around.shared(`listeners\0${loadBalancer}\0${refText(gateway.ref)}`, {
    make: () => {
      const all = offeredBy(around.view.gateway(gateway.ref) ?? gateway, loadBalancer, around)
      const read = all.slice(0, MOST_LISTENERS)
      return {
        parents: [...new Map(read.map(({ parent }) => [refText(parent), parent])).values()],
        byParent: Map.groupBy(read, ({ parent }) => refText(parent)),
        areTooMany: all.length > read.length,
      }
    },
  })

function offeredBy(
  gateway: GatewayObject,
  loadBalancer: LoadBalancer,
  around: Surroundings,
): readonly OfferedListener[] {
  const own = gateway.listeners.map((listener) => ({
    listener,
    parent: gateway.ref,
    attachment: 'yes' as const,
  }))
  const added = setsOf(gateway, around).flatMap((set) => {
    const attachment = attachmentOf(set, gateway, around)
    if (attachment === 'no') return []
    return set.listeners.map((listener) => ({ listener, parent: set.ref, attachment }))
  })
  return withoutConflicts([...own, ...added], loadBalancer)
}

/** Whether the Gateway lets this ListenerSet add listeners. */
export const attachmentOf = (
  set: ListenerSetObject,
  gateway: GatewayObject,
  around: Surroundings,
): Admission =>
  admits(gateway.allowedListeners, { host: gateway.ref.namespace, guest: set.ref.namespace }, around)

/** The older first, then by namespace and name (Gateway API GEP-1713). */
const setsOf = (gateway: GatewayObject, { view }: Surroundings): readonly ListenerSetObject[] =>
  [...view.listenerSetsOf(gateway.ref)].sort(
    (a, b) => compareText(a.createdAt, b.createdAt) || compareRefs(a.ref, b.ref),
  )

/** Of listeners that exclude each other, the first stands. */
function withoutConflicts(
  offered: readonly OfferedListener[],
  loadBalancer: LoadBalancer,
): readonly OfferedListener[] {
  const protocols = new Map<number, string>()
  const hosts = new Set<string>()
  return offered.filter(({ listener }) => {
    const { port, protocol, hostname } = listener
    if (!isServed(listener, loadBalancer)) return false
    const before = protocols.get(port) ?? protocol
    protocols.set(port, before)
    const key = `${port} ${hostname}`
    const isTaken = hostname !== undefined && hosts.has(key)
    hosts.add(key)
    return goTogether(before, protocol) && !isTaken
  })
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

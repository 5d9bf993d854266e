import type { ParentRef, RouteObject } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { areCompatible } from './hostname.ts'
import { type OfferedListener, takesKind } from './listeners.ts'
import { type Admission, admits } from './namespace-policy.ts'

/** What a listener checks about a route besides its hostnames: the same for all routes of a kind and namespace. */
interface Guest {
  readonly kind: string
  readonly namespace: string
}

export const guestOf = ({ kind, ref }: RouteObject): Guest => ({ kind, namespace: ref.namespace })

/** The listeners that allow such routes (LBC pkg/gateway/routeutils/listener_attachment_helper.go). */
export const openTo = (
  { kind, namespace }: Guest,
  offered: readonly OfferedListener[],
  context: DiscoveryContext,
): readonly OfferedListener[] =>
  offered.flatMap((one) => {
    const { listener, parent } = one
    if (!takesKind(listener, kind)) return []
    const visit = { host: parent.namespace, guest: namespace }
    const attachment = weaker(one.attachment, admits(listener.namespaces, visit, context))
    if (attachment === 'no') return []
    return attachment === one.attachment ? [one] : [{ ...one, attachment }]
  })

const weaker = (one: Admission, other: Admission): Admission => {
  if (one === 'no' || other === 'no') return 'no'
  return one === 'assumed' ? one : other
}

/** Compares the section name and the port that a parentRef may have. */
export const isMeant = ({ section, port }: ParentRef, { listener }: OfferedListener): boolean =>
  (section === undefined || section === listener.name) && (port === undefined || port === listener.port)

export const takesHost = ({ listener }: OfferedListener, { hostnames }: RouteObject): boolean => {
  const { hostname } = listener
  return (
    hostname === undefined || hostnames.length === 0 || hostnames.some((one) => areCompatible(one, hostname))
  )
}

export interface Wish {
  readonly route: RouteObject
  readonly parent: ParentRef
}

/** The listeners of a parent that accept a route. */
export const acceptedBy = (
  { route, parent }: Wish,
  offered: readonly OfferedListener[],
  context: DiscoveryContext,
): readonly OfferedListener[] => {
  const meant = offered.filter((one) => isMeant(parent, one) && takesHost(one, route))
  return openTo(guestOf(route), meant, context)
}

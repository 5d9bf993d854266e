import { compareText, type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_PARENTS, MOST_RIVALS } from '../limits.ts'
import type { Surroundings } from '../view.ts'
import { guestOf, isMeant, openTo, takesHost } from './acceptance.ts'
import { listenersOf, type OfferedListener } from './listeners.ts'
import type { GatewayObject, ParentRef, RouteObject } from './objects.ts'

/** A route that a port of an NLB forwards to. */
type Rival = Pick<RouteObject, 'ref' | 'createdAt'>

/** Which routes the ports of an NLB forward to. */
export interface Rivals {
  readonly oldest: ReadonlyMap<number, Rival>
  /** Routes (refText) that were not asked, because their namespace has too many there. */
  readonly unasked: ReadonlySet<string>
}

export const NO_RIVALS: Rivals = { oldest: new Map(), unasked: new Set() }

/**
 * An NLB's listener forwards to one route only, the oldest; of equally old ones the first by name
 * (LBC pkg/gateway/model/model_build_listener.go). Worked out once for all routes that want one.
 */
export const rivalsAt = (gateway: GatewayObject, around: Surroundings): Rivals =>
  around.shared(`rivals\0${refText(gateway.ref)}`, { make: () => rivalsNow(gateway, around), isSame })

/** Whether an older route than this one has the port. */
export function isTaken(port: number, route: RouteObject, { oldest }: Rivals): boolean {
  const found = oldest.get(port)
  return found !== undefined && compareAge(found, route) < 0
}

function rivalsNow(gateway: GatewayObject, around: Surroundings): Rivals {
  const meantBy = invitations(gateway, around)
  const invited = wantedBy(gateway, around).filter(
    (route) => !route.deleting && parentsOf(route).some((parent) => meantBy(route, parent).length > 0),
  )
  const { asked, unasked } = fairly(invited.sort(compareAge))
  const oldest = new Map<number, Rival>()
  for (const route of asked) {
    for (const one of parentsOf(route).flatMap((parent) => meantBy(route, parent))) {
      const { port } = one.listener
      if (!oldest.has(port) && takesHost(one, route))
        oldest.set(port, { ref: route.ref, createdAt: route.createdAt })
    }
  }
  return { oldest, unasked: new Set(unasked.map(({ ref }) => refText(ref))) }
}

const parentsOf = ({ parents }: RouteObject): readonly ParentRef[] => parents.slice(0, MOST_PARENTS)

/** The routes that want listeners of a Gateway, each once. */
function wantedBy(gateway: GatewayObject, around: Surroundings): RouteObject[] {
  const { parents } = listenersOf(gateway, 'nlb', around)
  return [...new Set(parents.flatMap((parent) => around.view.routesOf(parent)))]
}

/** Which listeners a parentRef means that let the route in, whatever its hostnames; asked once for a kind and namespace. */
function invitations(gateway: GatewayObject, around: Surroundings) {
  const { byParent } = listenersOf(gateway, 'nlb', around)
  const known = new Map<string, readonly OfferedListener[]>()
  const openAt = (route: RouteObject, parent: string): readonly OfferedListener[] => {
    const offered = byParent.get(parent)
    if (offered === undefined) return []
    const guest = guestOf(route)
    const key = `${guest.kind} ${guest.namespace} ${parent}`
    const open = known.get(key) ?? openTo(guest, offered, around)
    known.set(key, open)
    return open
  }
  return (route: RouteObject, parent: ParentRef): readonly OfferedListener[] =>
    openAt(route, refText(parent.object)).filter((one) => isMeant(parent, one))
}

/** No more of one namespace than are asked: the later ones are left out, and nobody else's. */
function fairly(routes: readonly RouteObject[]) {
  const counts = new Map<string, number>()
  const { asked = [], unasked = [] } = Object.groupBy(routes, ({ ref: { namespace } }) => {
    const count = (counts.get(namespace) ?? 0) + 1
    counts.set(namespace, count)
    return count > MOST_RIVALS ? 'unasked' : 'asked'
  })
  return { asked, unasked }
}

const compareAge = (a: Rival, b: Rival): number =>
  compareText(a.createdAt, b.createdAt) || compareText(pathOf(a.ref), pathOf(b.ref))

const pathOf = ({ namespace, name }: ObjectRef): string => `${namespace}/${name}`

/** What one route says seldom changes who came first: then nobody else has to be asked again. */
const isSame = (one: Rivals, other: Rivals): boolean => textOf(one) === textOf(other)

const textOf = ({ oldest, unasked }: Rivals): string =>
  JSON.stringify([[...oldest].sort(([a], [b]) => a - b), [...unasked].sort()])

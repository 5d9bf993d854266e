import { compareText, keyOf, type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_PARENTS, MOST_QUESTIONS } from '../annotations/limits.ts'
import type { GatewayObject, ParentRef, RouteObject } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { guestOf, isMeant, openTo, takesHost } from './acceptance.ts'
import { ROUTES_BY_PARENT } from './drawers.ts'
import { listenersOf, type OfferedListener } from './listeners.ts'

/** A route that a port of an NLB forwards to. */
type Rival = Pick<RouteObject, 'ref' | 'createdAt'>

/** Which routes the ports of an NLB forward to. */
interface Rivals {
  readonly oldest: ReadonlyMap<number, Rival>
  /** Routes (refText) that were not checked, because the routes of their namespace need too many checks there. */
  readonly unasked: ReadonlySet<string>
}

export const NO_RIVALS: Rivals = { oldest: new Map(), unasked: new Set() }

/**
 * An NLB's listener forwards to one route only: the oldest or, if equally old, the first by name (LBC
 * pkg/gateway/model/model_build_listener.go). Computed once for all routes that want a listener.
 */
export const rivalsAt = (gateway: GatewayObject, context: DiscoveryContext): Rivals =>
  context.shared(`rivals\0${refText(gateway.ref)}`, { make: () => rivalsNow(gateway, context), isSame })

/** Whether an older route than this one has the port. */
export function isTaken(port: number, route: RouteObject, { oldest }: Rivals): boolean {
  const found = oldest.get(port)
  return found !== undefined && compareAge(found, route) < 0
}

function rivalsNow(gateway: GatewayObject, context: DiscoveryContext): Rivals {
  const meantBy = invitations(gateway, context)
  const invited = wantedBy(gateway, context).filter(
    (route) => !route.deleting && parentsOf(route).some((parent) => meantBy(route, parent).length > 0),
  )
  const oldest = new Map<number, Rival>()
  const unasked = new Set<string>()
  const questions = new Map<string, number>()
  for (const route of invited.sort(compareAge)) {
    const { namespace } = route.ref
    const before = questions.get(namespace) ?? 0
    if (before >= MOST_QUESTIONS) {
      unasked.add(refText(route.ref))
      continue
    }
    const meant = parentsOf(route).flatMap((parent) => meantBy(route, parent))
    questions.set(namespace, before + take(route, meant, oldest))
  }
  return { oldest, unasked }
}

/** Gives a route the ports that no older route has. @returns the number of checks. */
function take(route: RouteObject, meant: readonly OfferedListener[], oldest: Map<number, Rival>): number {
  const { ref, createdAt, hostnames } = route
  const free = meant.filter(({ listener }) => !oldest.has(listener.port))
  for (const one of free) if (takesHost(one, route)) oldest.set(one.listener.port, { ref, createdAt })
  return meant.length + free.length * hostnames.length
}

const parentsOf = ({ parents }: RouteObject): readonly ParentRef[] => parents.slice(0, MOST_PARENTS)

/** The routes that name a Gateway or one of its ListenerSets as a parent, each once. */
function wantedBy(gateway: GatewayObject, context: DiscoveryContext): RouteObject[] {
  const { parents } = listenersOf(gateway, 'nlb', context)
  return [...new Set(parents.flatMap((parent) => context.view.filed(ROUTES_BY_PARENT, keyOf(parent))))]
}

/**
 * The listeners that a parentRef matches and that allow the route, apart from hostnames. Checked once per kind and
 * namespace.
 */
function invitations(gateway: GatewayObject, context: DiscoveryContext) {
  const { byParent } = listenersOf(gateway, 'nlb', context)
  const known = new Map<string, Opening>()
  const openingAt = (route: RouteObject, parent: string): Opening | undefined => {
    const offered = byParent.get(parent)
    if (offered === undefined) return undefined
    const guest = guestOf(route)
    const key = `${guest.kind} ${guest.namespace} ${parent}`
    const opening = known.get(key) ?? openingOf(openTo(guest, offered, context))
    known.set(key, opening)
    return opening
  }
  return (route: RouteObject, parent: ParentRef): readonly OfferedListener[] => {
    const opening = openingAt(route, refText(parent.object))
    return opening === undefined ? [] : meantAt(opening, parent)
  }
}

/** The listeners of a parent that allow a kind and namespace, indexed by what a parentRef can name. */
interface Opening {
  readonly all: readonly OfferedListener[]
  readonly bySection: ReadonlyMap<string, readonly OfferedListener[]>
  readonly byPort: ReadonlyMap<number, readonly OfferedListener[]>
}

const openingOf = (all: readonly OfferedListener[]): Opening => ({
  all,
  bySection: Map.groupBy(all, ({ listener }) => listener.name),
  byPort: Map.groupBy(all, ({ listener }) => listener.port),
})

function meantAt({ all, bySection, byPort }: Opening, parent: ParentRef): readonly OfferedListener[] {
  const { section, port } = parent
  if (section !== undefined) return (bySection.get(section) ?? []).filter((one) => isMeant(parent, one))
  return port === undefined ? all : (byPort.get(port) ?? [])
}

const compareAge = (a: Rival, b: Rival): number =>
  compareText(a.createdAt, b.createdAt) || compareText(pathOf(a.ref), pathOf(b.ref))

const pathOf = ({ namespace, name }: ObjectRef): string => `${namespace}/${name}`

/** A changed route rarely changes which one is the oldest: then no other route has to be read again. */
const isSame = (one: Rivals, other: Rivals): boolean => textOf(one) === textOf(other)

const textOf = ({ oldest, unasked }: Rivals): string =>
  JSON.stringify([[...oldest].sort(([a], [b]) => a - b), [...unasked].sort()])

import { ASSUME_ANNOTATION } from '../../model/keys.ts'
import { type Notice, warning } from '../../model/notice.ts'
import { type ObjectRef, refText } from '../../model/object-ref.ts'
import { MOST_CLAIMS, MOST_PARENTS, MOST_QUESTIONS } from '../annotations/limits.ts'
import { joined, type Reading } from '../claims/claim.ts'
import { portOf } from '../claims/identity.ts'
import { type DiscoveryRule, discoveryRule, type RuleOfKind } from '../claims/rule.ts'
import { ROUTE_KINDS, type RouteObject } from '../objects/gateway-api.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { type Attachment, type ParentOutcome, parentOutcomes } from './attachment.ts'
import { backendNotices, backendsTo, servicesOf } from './backends.ts'
import { ROUTES_BY_PARENT } from './drawers.ts'
import { believedGroup, claimOf, isBelieved, type RoutedPort, servedGroup } from './route-claims.ts'

/** A route of the Gateway API: one target group for each Gateway that accepts it, Service and port. */
const routeRule: RuleOfKind<RouteObject> = {
  filedIn: [ROUTES_BY_PARENT],
  refersTo: (route) => distinct(servicesOf(route)),
  read: (route, service, context) => {
    if (route.deleting) return joined([])
    const byPort = Map.groupBy(backendsTo(route, service.ref, context), ({ port }) => portOf(service, port))
    const ports = [...byPort].flatMap(([port, [first, ...others]]): readonly RoutedPort[] =>
      port === undefined || first === undefined
        ? []
        : [{ route, service, port, backends: [first, ...others] }],
    )
    if (ports.length === 0) return joined([])
    const outcomes = parentOutcomes(route, context)
    return joined(
      ports
        .slice(0, MOST_CLAIMS)
        .flatMap((port) => outcomes.map((outcome) => readPort(outcome, port, context))),
    )
  },
  notices: (route, context) => {
    if (route.deleting) return []
    const outcomes = parentOutcomes(route, context)
    const believed = areBelieved(route, context)
    const isServed = outcomes.some(({ kind }) => kind === 'attached' || (kind === 'unknown' && believed))
    return [
      ...tooManyParents(route),
      ...outcomes.flatMap((outcome) => parentNotices(route, outcome, believed)),
      ...(isServed ? backendNotices(route, context) : []),
    ]
  },
}

export const routeRules: readonly DiscoveryRule[] = ROUTE_KINDS.map((kind) => discoveryRule(kind, routeRule))

const distinct = (refs: readonly ObjectRef[]): readonly ObjectRef[] => [
  ...new Map(refs.map((ref) => [refText(ref), ref])).values(),
]

function readPort(outcome: ParentOutcome, port: RoutedPort, context: DiscoveryContext): Reading {
  const group =
    outcome.kind === 'attached'
      ? servedGroup(outcome.attachment, port)
      : outcome.kind === 'unknown'
        ? believedGroup(outcome.parent, port, context)
        : undefined
  return group === undefined ? joined([]) : claimOf(group, port, context)
}

function areBelieved(route: RouteObject, context: DiscoveryContext): boolean {
  const services = servicesOf(route)
  return services.length > 0 && services.every((service) => isBelieved(service, context))
}

function tooManyParents({ ref, parents }: RouteObject): readonly Notice[] {
  if (parents.length <= MOST_PARENTS) return []
  const text = `it names ${parents.length} parents: only ${MOST_PARENTS} of them are read; what the others send is unknown`
  return [warning('too-large', ref, text)]
}

/** Why a route is not attached to a Gateway that it names. */
function parentNotices(route: RouteObject, outcome: ParentOutcome, believed: boolean): readonly Notice[] {
  const { ref } = route
  const parent = refText(outcome.parent.object)
  switch (outcome.kind) {
    case 'unknown': {
      // A known Gateway has its own notice about a missing class.
      if (outcome.missing === 'class' || servicesOf(route).length === 0 || believed) return []
      const text = `its parent ${parent} is not found, so its controller is unknown; to confirm, set ${ASSUME_ANNOTATION} on its Services`
      return [warning('gateway-not-found', ref, text)]
    }
    case 'refused': {
      if (outcome.isOpen) {
        const text = `${parent} has more listeners than are read, and none of those accepts it: what the others send is unknown`
        return [warning('too-large', ref, text)]
      }
      const text = `no listener of ${parent} accepts it: name, port, kind, hostname or allowedRoutes do not match`
      return [warning('route-not-accepted', ref, text)]
    }
    case 'attached':
      return attachedNotices(outcome.attachment, parent)
    case 'foreign':
      return []
  }
}

function attachedNotices(
  { route, gateway, taken, isUnasked }: Attachment,
  parent: string,
): readonly Notice[] {
  const said = taken.map(({ listener }) => {
    const text = `listener ${listener.name} (port ${listener.port}) of ${parent} forwards to another route: an NLB's listener serves one only, the oldest`
    return warning('listener-port-taken', route, text)
  })
  if (!isUnasked) return said
  const text = `the routes of namespace ${route.namespace} ask more than ${MOST_QUESTIONS} times at ${refText(gateway.ref)} whether a listener takes them: whether this one came first is unknown`
  return [...said, warning('too-large', route, text)]
}

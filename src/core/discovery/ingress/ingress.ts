import type { Reason, ReasonStep, TargetType } from '../../model/exposure.ts'
import { information, type Notice, warning } from '../../model/notice.ts'
import { keyOf, refText } from '../../model/object-ref.ts'
import type { Candidate } from '../../model/resolved.ts'
import { type Action, type ForwardTarget, parseAction } from '../annotations/actions.ts'
import { ALB, ALB_ACTION_PREFIX } from '../annotations/annotation-keys.ts'
import { MOST_CLAIMS, MOST_REASONS } from '../annotations/limits.ts'
import { type Claim, joined, NOTHING, type Reading } from '../claims/claim.ts'
import { groupId, portOf } from '../claims/identity.ts'
import { referenceNotices, type ServiceReference } from '../claims/references.ts'
import { discoveryRule } from '../claims/rule.ts'
import { targetTypeOf, writtenTargetType } from '../claims/target-type.ts'
import { weightOf } from '../claims/weight.ts'
import {
  type IngressBackend,
  type IngressObject,
  type ServiceObject,
  serviceRef,
} from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { albEvidence } from './alb-evidence.ts'
import { INGRESSES_BY_CLASS, INGRESSES_BY_GROUP, ROLLOUTS_BY_INGRESS } from './drawers.ts'
import { ingressStackOf, type Member, memberOf } from './group.ts'
import { ownershipOf } from './ownership.ts'

/**
 * With this port name, a backend's Service name is the name of an action (LBC pkg/ingress/enhanced_backend_builder.go).
 */
const USE_ANNOTATION = 'use-annotation'

/** A path from an Ingress to a Service. */
export interface Route {
  readonly service: string
  readonly port: string
  /** Rule and path, and any steps between, for the reason. */
  readonly via: readonly ReasonStep[]
  /** The weight of an action's target group; absent: all of the traffic. */
  readonly weight?: number
}

export const ingressRule = discoveryRule('Ingress', {
  filedIn: [INGRESSES_BY_GROUP, INGRESSES_BY_CLASS],
  refersTo: (ingress) => [...servicesOf(ingress)].map((name) => serviceRef(ingress.ref.namespace, name)),
  read: (ingress, service, context) =>
    claimsOf(ingress, routesTo(ingress, service.ref.name), { service, context }),
  notices: (ingress, context) => {
    const ownership = ownershipOf(ingress, context)
    return [...(ownership.served ? ownNotices(ingress, context) : ownership.notices), ...removedApi(ingress)]
  },
})

/** The Services that an Ingress sends to. Called at each of its updates, so it does not compute the paths. */
function servicesOf(ingress: IngressObject): ReadonlySet<string> {
  const actions = actionsOf(ingress)
  const names = new Set<string>()
  for (const { service, port } of ingress.backends) {
    if (service === undefined) continue
    if (port !== USE_ANNOTATION) names.add(service)
    else for (const target of targetsOf(actions.get(service))) names.add(target.service)
  }
  return names
}

const targetsOf = (action: Action | undefined) => (action?.ok === true ? action.targets : [])

/** What one rule of an Ingress sends to, whether or not its controller is one of AWS's. */
interface IngressTargets {
  /** `rule host/path`, or `default backend`. */
  readonly at: string
  /** The action that says so, if the rule names one. */
  readonly action?: string
  /** Empty: it forwards to no Service, or its action cannot be read. */
  readonly targets: readonly ForwardTarget[]
}

/** In the order of the Ingress. An action is parsed once, however many rules name it. */
export function targetsByRule(ingress: IngressObject): readonly IngressTargets[] {
  const actions = actionsOf(ingress)
  return ingress.backends.map(({ service, port, at }): IngressTargets => {
    if (service === undefined) return { at, targets: [] }
    if (port !== USE_ANNOTATION) return { at, targets: [{ service, port }] }
    return { at, action: service, targets: targetsOf(actions.get(service)) }
  })
}

/**
 * Every path from this Ingress to a Service, including its actions; the Ingress's controller does not matter here. An
 * action leads to a limited number of Services.
 */
const routesOf = (ingress: IngressObject): readonly Route[] =>
  targetsByRule(ingress).flatMap(({ at, action, targets }) => {
    const via = [{ via: at }, ...(action === undefined ? [] : [{ via: `action ${action}` }])]
    return targets.map((target) => ({ ...target, via }))
  })

/**
 * A few paths are computed on demand, which takes less memory. Many are indexed: each Service would compute them all.
 */
function routesTo(ingress: IngressObject, name: string): readonly Route[] {
  if (ingress.backends.length > FEW_BACKENDS) return routesByService(ingress).get(name) ?? []
  return routesOf(ingress).filter(({ service }) => service === name)
}

/** A choice. */
const FEW_BACKENDS = 16

const routesByService = once((ingress: IngressObject) =>
  Map.groupBy(routesOf(ingress), ({ service }) => service),
)

/** The actions that its backends name, by name. */
const actionsOf = (ingress: IngressObject): ReadonlyMap<string, Action> =>
  ingress.backends.some(({ port }) => port === USE_ANNOTATION) ? namedActions(ingress) : NO_ACTIONS

const NO_ACTIONS: ReadonlyMap<string, Action> = new Map()

const namedActions = once((ingress: IngressObject): ReadonlyMap<string, Action> => {
  const names = new Set(
    ingress.backends.flatMap(({ service, port }) =>
      port === USE_ANNOTATION && service !== undefined ? [service] : [],
    ),
  )
  return new Map(
    [...names].flatMap((name) => {
      const json = ingress.annotations[`${ALB_ACTION_PREFIX}${name}`]
      return json === undefined ? [] : [[name, parseAction(json)] as const]
    }),
  )
})

/** Backends of the Ingress that use the action of this name; none if the action's annotation exists. */
export const backendsWithoutAction = (ingress: IngressObject, name: string): readonly IngressBackend[] =>
  actionsOf(ingress).has(name) ? [] : (byAction(ingress).get(name) ?? [])

/** The backends that use an action, by its name. */
const byAction = once(({ backends }: IngressObject) =>
  Map.groupBy(
    backends.filter(({ port }) => port === USE_ANNOTATION),
    ({ service }) => service,
  ),
)

interface ServiceQuery {
  readonly service: ServiceObject
  readonly context: DiscoveryContext
}

/** One claim for each port that the routes lead to. All routes lead to the Service of the query. */
export function claimsOf(ingress: IngressObject, routes: readonly Route[], query: ServiceQuery): Reading {
  const [member] = memberOf(ingress, query.context)
  if (member === undefined) return NOTHING
  const byPort = Map.groupBy(routes, ({ port }) => portOf(query.service, port))
  return joined(
    [...byPort]
      .slice(0, MOST_CLAIMS)
      .map(([port, [first, ...others]]) =>
        port === undefined || first === undefined
          ? NOTHING
          : claimOf({ member, port, routes: [first, ...others] }, query),
      ),
  )
}

interface PortRoutes {
  readonly member: Member
  readonly port: string
  readonly routes: readonly [Route, ...Route[]]
}

function claimOf({ member, port, routes }: PortRoutes, { service, context }: ServiceQuery): Reading {
  const { ingress, controller } = member
  const annotated = writtenTargetType([service, ingress], ALB.targetType)
  const answer = targetTypeOf({
    written: [...paramsTargetType(member), ...annotated.candidates],
    service,
    controller,
    settings: context.settings,
    settledBy: `${ALB.targetType}: ip on ${refText(service.ref)}`,
  })
  const { evidence, notices } = albEvidence(member, service, context)
  const said = [...annotated.notices, ...notices]
  if (answer.refused !== undefined) return { claims: [], notices: [...said, answer.refused] }
  const [first, ...others] = routes
  const reasonFor = ({ via }: Route): Reason => [
    { object: ingress.ref },
    ...via,
    { object: service.ref, port },
  ]
  const claim: Claim = {
    id: groupId(ingressStackOf(member), service, port),
    port,
    controller,
    loadBalancer: [member.loadBalancer],
    targetType: answer.targetType,
    evidence,
    because: [reasonFor(first), ...others.slice(0, MOST_REASONS - 1).map(reasonFor)],
    assumed: [...member.assumed, ...answer.assumed],
    weight: weightOf(routes),
    otherClusters: [ingress, service].some(({ annotations }) => annotations[ALB.multiCluster] === 'true'),
  }
  return { claims: [claim], notices: said }
}

const paramsTargetType = ({ params }: Member): readonly Candidate<TargetType>[] => {
  if (params?.targetType === undefined) return []
  const from = { kind: 'field', path: 'spec.targetType', object: params.ref } as const
  return [{ value: params.targetType, origin: { rank: 'declared', source: from } }]
}

/** Notices about what keeps a route of a served Ingress from leading anywhere. */
function ownNotices(ingress: IngressObject, context: DiscoveryContext): readonly Notice[] {
  const { ref, backends } = ingress
  const roots = new Set(
    context.view.filed(ROLLOUTS_BY_INGRESS, keyOf(ref)).map(({ rootService }) => rootService),
  )
  return [
    ...backends.flatMap((backend) => backendNotices(ingress, backend, roots)),
    ...referenceNotices(ref, referencesOf(ingress), context),
  ]
}

const referencesOf = (ingress: IngressObject): readonly ServiceReference[] =>
  routesOf(ingress).map(({ service, port }) => ({
    service: serviceRef(ingress.ref.namespace, service),
    port,
  }))

function backendNotices(
  ingress: IngressObject,
  { service, port, at }: IngressBackend,
  /** Action names whose annotation an Argo Rollout writes. */
  roots: ReadonlySet<string>,
): readonly Notice[] {
  if (service === undefined) {
    return [warning('resource-backend', ingress.ref, `${at}: a resource backend; the controller refuses it`)]
  }
  if (port !== USE_ANNOTATION) return []
  const key = `${ALB_ACTION_PREFIX}${service}`
  const action = actionsOf(ingress).get(service)
  if (action?.ok === false) {
    return [warning('bad-action-annotation', ingress.ref, `${key} cannot be read: ${action.reason}`)]
  }
  if (action !== undefined || roots.has(service)) return []
  const text = `${at} uses an action, but there is no annotation ${key} and no Argo Rollout that would write it`
  return [warning('action-annotation-missing', ingress.ref, text)]
}

const removedApi = ({ ref, removedApi: version }: IngressObject): readonly Notice[] =>
  version === undefined
    ? []
    : [
        information(
          'removed-api-version',
          ref,
          `${version} is no longer served since Kubernetes 1.22: use networking.k8s.io/v1`,
        ),
      ]

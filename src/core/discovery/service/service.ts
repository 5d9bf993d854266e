import type { ReasonStep } from '../../model/exposure.ts'
import { type Notice, warning } from '../../model/notice.ts'
import { refText } from '../../model/object-ref.ts'
import { parseAction } from '../annotations/actions.ts'
import { NLB, NLB_ACTION_PREFIX } from '../annotations/annotation-keys.ts'
import { MOST_CLAIMS } from '../annotations/limits.ts'
import { type Claim, joined, NOTHING, type Reading } from '../claims/claim.ts'
import { groupId, portOf } from '../claims/identity.ts'
import { referenceNotices } from '../claims/references.ts'
import { discoveryRule } from '../claims/rule.ts'
import { targetTypeOf } from '../claims/target-type.ts'
import { weightOf } from '../claims/weight.ts'
import { type ServiceObject, serviceRef } from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'
import { SERVICES_BY_NAME } from '../objects/services.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { mayHaveLoadBalancer, type OwnedService, serviceOwnershipOf } from './load-balancer-service.ts'
import { nlbEvidence } from './nlb-evidence.ts'

/** A Service of type LoadBalancer: one target group for each of its ports, and for what its actions forward to. */
export const serviceRule = discoveryRule('Service', {
  filedIn: [SERVICES_BY_NAME],
  refersTo: (base) => {
    if (!mayHaveLoadBalancer(base)) return []
    const names = [base.ref.name, ...routesByService(base).keys()]
    return [...new Set(names)].map((name) => serviceRef(base.ref.namespace, name))
  },
  read: (base, service, context) => {
    const ownership = serviceOwnershipOf(base, context.settings)
    if (!ownership.served) return NOTHING
    const routes = [...ownRoutes(base, service), ...(routesByService(base).get(service.ref.name) ?? [])]
    const query = { base, service, context, ownership }
    return joined(routes.slice(0, MOST_CLAIMS).map((route) => readRoute(route, query)))
  },
  notices: (base, context) => {
    const ownership = serviceOwnershipOf(base, context.settings)
    if (!ownership.served) return ownership.notices
    return [...ownership.notices, ...tooManyPorts(base), ...actionNotices(base, context)]
  },
})

interface Route {
  readonly service: string
  readonly port: string
  /** The port of the listener, whose attributes apply. */
  readonly listener: number
  readonly via: readonly ReasonStep[]
  readonly weight?: number
}

const ownRoutes = ({ ref, ports }: ServiceObject, service: ServiceObject): readonly Route[] =>
  ref.name === service.ref.name
    ? ports.slice(0, MOST_CLAIMS).map(({ port }) => ({
        service: ref.name,
        port: String(port),
        listener: port,
        via: [],
      }))
    : []

function tooManyPorts({ ref, ports }: ServiceObject): readonly Notice[] {
  if (ports.length <= MOST_CLAIMS) return []
  const text = `it has ${ports.length} ports: only ${MOST_CLAIMS} of them are read; what a load balancer sends to the others is unknown`
  return [warning('too-large', ref, text)]
}

const actionsOf = once(({ annotations }: ServiceObject) =>
  Object.entries(annotations)
    .filter(([key]) => key.startsWith(NLB_ACTION_PREFIX))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, json]) => ({ key, action: parseAction(json) })),
)

/** `actions.<protocol>-<port>`: weighted target groups besides the Service's own (LBC v2.17). */
const weightedRoutesOf = (base: ServiceObject): readonly Route[] =>
  actionsOf(base).flatMap(({ key, action }) => {
    const listener = Number(key.slice(key.lastIndexOf('-') + 1))
    const via = [{ object: base.ref }, { via: `action ${key.slice(NLB_ACTION_PREFIX.length)}` }]
    return action.ok ? action.targets.map((target) => ({ ...target, listener, via })) : []
  })

const routesByService = once((base: ServiceObject) =>
  Map.groupBy(weightedRoutesOf(base), ({ service }) => service),
)

interface RouteQuery {
  readonly base: ServiceObject
  readonly service: ServiceObject
  readonly context: DiscoveryContext
  readonly ownership: OwnedService
}

function readRoute(route: Route, { base, service, context, ownership }: RouteQuery): Reading {
  const port = portOf(service, route.port)
  if (port === undefined) return NOTHING
  const answer = targetTypeOf({
    written: ownership.written,
    service,
    controller: ownership.controller,
    settings: context.settings,
    settledBy: `${NLB.targetType}: ip on ${refText(base.ref)}`,
  })
  const { evidence, notices } = nlbEvidence(base, {
    listener: route.listener,
    target: port,
    isNlb: ownership.loadBalancer[0].value === 'nlb',
  })
  if (answer.refused !== undefined) return { claims: [], notices: [...notices, answer.refused] }
  const claim: Claim = {
    id: groupId(`service ${base.ref.namespace}/${base.ref.name}`, service, port),
    port,
    controller: ownership.controller,
    loadBalancer: ownership.loadBalancer,
    targetType: answer.targetType,
    evidence,
    because: [[...route.via, { object: service.ref, port }]],
    assumed: [...ownership.assumed, ...answer.assumed],
    weight: weightOf([route]),
    otherClusters: base.annotations[NLB.multiCluster] === 'true',
    ...(ownership.isInTree ? { isInTree: true } : {}),
  }
  return { claims: [claim], notices }
}

function actionNotices(base: ServiceObject, context: DiscoveryContext): readonly Notice[] {
  const broken = actionsOf(base).flatMap(({ key, action }) =>
    action.ok ? [] : [warning('bad-action-annotation', base.ref, `${key} cannot be read: ${action.reason}`)],
  )
  const references = weightedRoutesOf(base).map(({ service, port }) => ({
    service: serviceRef(base.ref.namespace, service),
    port,
  }))
  return [...broken, ...referenceNotices(base.ref, references, context)]
}

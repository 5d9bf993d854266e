import type { ReasonStep } from '../../model/exposure.ts'
import type { Notice } from '../../model/notice.ts'
import { refText } from '../../model/object-ref.ts'
import { parseAction } from '../actions.ts'
import { NLB, NLB_ACTION_PREFIX } from '../annotation-keys.ts'
import { type Claim, joined, NOTHING, type Reading, warning } from '../claim.ts'
import { groupId, portOf } from '../identity.ts'
import { type ServiceObject, serviceRef } from '../objects.ts'
import { referenceNotices } from '../references.ts'
import { source } from '../source.ts'
import { targetTypeOf } from '../target-type.ts'
import type { Surroundings } from '../view.ts'
import { weightOf } from '../weight.ts'
import { mayHaveLoadBalancer, serviceOwnershipOf } from './load-balancer-service.ts'
import { nlbEvidence } from './nlb-evidence.ts'

/** A Service of type LoadBalancer: one target group for each of its ports, and for what its actions forward to. */
export const serviceSource = source('Service', {
  refersTo: (base) => {
    if (!mayHaveLoadBalancer(base)) return []
    const names = [base.ref.name, ...weightedRoutesOf(base).map(({ service }) => service)]
    return [...new Set(names)].map((name) => serviceRef(base.ref.namespace, name))
  },
  read: (base, service, around) => {
    const routes = routesOf(base).filter((route) => route.service === service.ref.name)
    return joined(routes.map((route) => readRoute(route, { base, service, around })))
  },
  notices: (base, around) => {
    const ownership = serviceOwnershipOf(base, around.settings)
    return ownership.ours ? [...ownership.notices, ...actionNotices(base, around)] : ownership.notices
  },
})

interface Route {
  readonly service: string
  readonly port: string
  /** The port of the listener, whose attributes hold. */
  readonly listener: number
  readonly via: readonly ReasonStep[]
  readonly weight?: number
}

const routesOf = (base: ServiceObject): readonly Route[] => [
  ...base.ports.map(({ port }) => ({
    service: base.ref.name,
    port: String(port),
    listener: port,
    via: [],
  })),
  ...weightedRoutesOf(base),
]

const actionsOf = ({ annotations }: ServiceObject) =>
  Object.entries(annotations)
    .filter(([key]) => key.startsWith(NLB_ACTION_PREFIX))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, json]) => ({ key, action: parseAction(json) }))

/** `actions.<protocol>-<port>`: weighted target groups beside the Service's own (LBC v2.17). */
const weightedRoutesOf = (base: ServiceObject): readonly Route[] =>
  actionsOf(base).flatMap(({ key, action }) => {
    const listener = Number(key.slice(key.lastIndexOf('-') + 1))
    const via = [{ object: base.ref }, { via: `action ${key.slice(NLB_ACTION_PREFIX.length)}` }]
    return action.ok ? action.targets.map((target) => ({ ...target, listener, via })) : []
  })

interface Asked {
  readonly base: ServiceObject
  readonly service: ServiceObject
  readonly around: Surroundings
}

function readRoute(route: Route, { base, service, around }: Asked): Reading {
  const ownership = serviceOwnershipOf(base, around.settings)
  const port = portOf(service, route.port)
  if (!ownership.ours || port === undefined) return NOTHING
  const answer = targetTypeOf({
    written: ownership.written,
    service,
    controller: ownership.controller,
    settings: around.settings,
    settledBy: `${NLB.targetType}: ip on ${refText(base.ref)}`,
  })
  const { evidence, notices } = nlbEvidence(base, { listener: route.listener, target: port })
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

function actionNotices(base: ServiceObject, around: Surroundings): readonly Notice[] {
  const broken = actionsOf(base).flatMap(({ key, action }) =>
    action.ok ? [] : [warning('bad-action-annotation', base.ref, `${key} cannot be read: ${action.reason}`)],
  )
  const references = weightedRoutesOf(base).flatMap(({ service, port }) =>
    referenceNotices({ from: base.ref, service: serviceRef(base.ref.namespace, service), port }, around),
  )
  return [...broken, ...references]
}

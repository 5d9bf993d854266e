import type { Notice } from '../model/notice.ts'
import { refText } from '../model/object-ref.ts'
import { parseAction } from './actions.ts'
import { NLB, NLB_ACTION_PREFIX } from './annotation-keys.ts'
import { joined, NOTHING, type Reading, warning } from './claim.ts'
import { notFound } from './ingress.ts'
import { serviceOwnershipOf } from './load-balancer-service.ts'
import { nlbEvidence } from './nlb-evidence.ts'
import { type ServiceObject, serviceRef } from './objects.ts'
import { groupId, portText } from './port.ts'
import { source } from './source.ts'
import { targetTypeOf } from './target-type.ts'
import type { Surroundings } from './view.ts'

/** A Service of type LoadBalancer: one target group for each of its ports, and for what its actions forward to. */
export const serviceSource = source('Service', {
  refersTo: (base) => {
    if (base.type !== 'LoadBalancer') return []
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
  readonly at?: string
}

const routesOf = (base: ServiceObject): readonly Route[] => [
  ...base.ports.map(({ port }) => ({ service: base.ref.name, port: String(port), listener: port })),
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
    const at = `action ${key.slice(NLB_ACTION_PREFIX.length)}`
    return action.ok ? action.targets.map((target) => ({ ...target, listener, at })) : []
  })

interface Asked {
  readonly base: ServiceObject
  readonly service: ServiceObject
  readonly around: Surroundings
}

function readRoute(route: Route, { base, service, around }: Asked): Reading {
  const ownership = serviceOwnershipOf(base, around.settings)
  if (!ownership.ours) return NOTHING
  const port = portText(service, route.port)
  const answer = targetTypeOf({
    written: ownership.written,
    service,
    settings: around.settings,
    settledBy: `${NLB.targetType}: ip on ${refText(base.ref)}`,
  })
  const { evidence, notices } = nlbEvidence(base, route.listener)
  if (answer.refused !== undefined) return { claims: [], notices: [...notices, answer.refused] }
  const way = route.at === undefined ? [] : [{ object: base.ref, detail: route.at }]
  return {
    claims: [
      {
        id: groupId(`service ${base.ref.namespace}/${base.ref.name}`, service, port),
        controller: 'lbc',
        loadBalancer: ownership.loadBalancer,
        targetType: answer.targetType,
        evidence,
        because: [[...way, { object: service.ref, detail: `:${port}` }]],
        assumed: [...ownership.assumed, ...answer.assumed],
      },
    ],
    notices,
  }
}

function actionNotices(base: ServiceObject, { view }: Surroundings): readonly Notice[] {
  const broken = actionsOf(base).flatMap(({ key, action }) =>
    action.ok ? [] : [warning('bad-action-annotation', base.ref, `${key} cannot be read: ${action.reason}`)],
  )
  const missing = weightedRoutesOf(base)
    .map(({ service }) => serviceRef(base.ref.namespace, service))
    .filter((ref) => view.service(ref) === undefined)
  return [...broken, ...missing.map((ref) => notFound(base.ref, ref))]
}

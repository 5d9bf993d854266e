import type { TargetType } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import { type ObjectRef, refText } from '../model/object-ref.ts'
import type { Candidate } from '../model/resolved.ts'
import { type Action, parseAction } from './actions.ts'
import { albEvidence } from './alb-evidence.ts'
import { ALB, ALB_ACTION_PREFIX } from './annotation-keys.ts'
import { type Claim, information, joined, NOTHING, type Reading, warning } from './claim.ts'
import { ingressStackOf, type Member } from './group.ts'
import { type IngressBackend, type IngressObject, type ServiceObject, serviceRef } from './objects.ts'
import { type Ownership, ownershipOf } from './ownership.ts'
import { groupId, portText } from './port.ts'
import { source } from './source.ts'
import { targetTypeOf, writtenTargetType } from './target-type.ts'
import type { Surroundings } from './view.ts'

/** The port name that makes a backend's Service name the name of an action (LBC pkg/ingress/enhanced_backend_builder.go). */
const USE_ANNOTATION = 'use-annotation'

/** A way from an Ingress to a Service. */
export interface Route {
  readonly service: string
  readonly port: string
  /** Rule and path, and the action between, for the reason. */
  readonly at: string
}

export const ingressSource = source('Ingress', {
  refersTo: (ingress) => {
    const names = routesOf(ingress).map(({ service }) => service)
    return [...new Set(names)].map((name) => serviceRef(ingress.ref.namespace, name))
  },
  read: (ingress, service, around) =>
    claimsOf(
      ingress,
      routesOf(ingress).filter((route) => route.service === service.ref.name),
      { service, around },
    ),
  notices: (ingress, around) => {
    const ownership = ownershipOf(ingress, around)
    return [...(ownership.ours ? ownNotices(ingress, around) : ownership.notices), ...removedApi(ingress)]
  },
})

const actionOf = (ingress: IngressObject, name: string): Action | undefined => {
  const json = ingress.annotations[`${ALB_ACTION_PREFIX}${name}`]
  return json === undefined ? undefined : parseAction(json)
}

/** Every way from this Ingress to a Service, through its actions; who owns the Ingress does not matter here. */
function routesOf(ingress: IngressObject): readonly Route[] {
  return ingress.backends.flatMap((backend): readonly Route[] => {
    const { service, port, at } = backend
    if (service === undefined) return []
    if (port !== USE_ANNOTATION) return [{ service, port, at }]
    const action = actionOf(ingress, service)
    if (action === undefined || !action.ok) return []
    return action.targets.map((target) => ({ ...target, at: `${at}, action ${service}` }))
  })
}

/** Backends of the Ingress that stand for the action of this name. */
export const backendsForAction = (ingress: IngressObject, name: string): readonly IngressBackend[] =>
  ingress.backends.filter(({ service, port }) => port === USE_ANNOTATION && service === name)

export interface Asked {
  readonly service: ServiceObject
  readonly around: Surroundings
}

/** One claim for each port that the routes lead to; the routes all lead to the Service that is asked about. */
export function claimsOf(ingress: IngressObject, routes: readonly Route[], asked: Asked): Reading {
  const ownership = ownershipOf(ingress, asked.around)
  if (!ownership.ours || routes.length === 0) return NOTHING
  const byPort = Map.groupBy(routes, ({ port }) => portText(asked.service, port))
  return joined(
    [...byPort].map(([port, [first, ...more]]) =>
      first === undefined ? NOTHING : claimOf({ ingress, ownership, port, routes: [first, ...more] }, asked),
    ),
  )
}

interface PortRoutes {
  readonly ingress: IngressObject
  readonly ownership: Extract<Ownership, { readonly ours: true }>
  readonly port: string
  readonly routes: readonly [Route, ...Route[]]
}

function claimOf({ ingress, ownership, port, routes }: PortRoutes, { service, around }: Asked): Reading {
  const { params, loadBalancer } = ownership
  const member: Member = params === undefined ? { ingress } : { ingress, params }
  const annotated = writtenTargetType([service, ingress], ALB.targetType)
  const answer = targetTypeOf({
    written: [...paramsTargetType(member), ...annotated.candidates],
    service,
    settings: around.settings,
    settledBy: `${ALB.targetType}: ip on ${refText(service.ref)}`,
  })
  const { evidence, notices } = albEvidence(member, service, around)
  const said = [...annotated.notices, ...notices]
  if (answer.refused !== undefined) return { claims: [], notices: [...said, answer.refused] }
  const [first, ...others] = routes
  const reasonFor = (route: Route) => [
    { object: ingress.ref, detail: route.at },
    { object: service.ref, detail: `:${port}` },
  ]
  const claim: Claim = {
    id: groupId(ingressStackOf(member), service, port),
    controller: 'lbc',
    loadBalancer: [loadBalancer],
    targetType: answer.targetType,
    evidence,
    because: [reasonFor(first), ...others.map(reasonFor)],
    assumed: [...ownership.assumed, ...answer.assumed],
  }
  return { claims: [claim], notices: said }
}

const paramsTargetType = ({ params }: Member): readonly Candidate<TargetType>[] => {
  if (params?.targetType === undefined) return []
  const from = { kind: 'field', path: 'spec.targetType', object: params.ref } as const
  return [{ value: params.targetType, origin: { rank: 'declared', source: from } }]
}

/** What keeps a route of an Ingress of the controller's from leading anywhere. */
function ownNotices(ingress: IngressObject, around: Surroundings): readonly Notice[] {
  const { ref, backends } = ingress
  const missing = new Set(routesOf(ingress).map(({ service }) => service))
  return [
    ...backends.flatMap((backend) => backendNotices(ingress, backend, around)),
    ...[...missing]
      .filter((name) => around.view.service(serviceRef(ref.namespace, name)) === undefined)
      .map((name) => notFound(ref, serviceRef(ref.namespace, name))),
  ]
}

export const notFound = (object: ObjectRef, service: ObjectRef): Notice =>
  warning(
    'service-not-found',
    object,
    `${refText(object)} sends to ${refText(service)}, which is not known here`,
  )

function backendNotices(
  ingress: IngressObject,
  { service, port, at }: IngressBackend,
  around: Surroundings,
): readonly Notice[] {
  if (service === undefined) {
    return [warning('resource-backend', ingress.ref, `${at}: a resource backend; the controller refuses it`)]
  }
  if (port !== USE_ANNOTATION) return []
  const key = `${ALB_ACTION_PREFIX}${service}`
  const action = actionOf(ingress, service)
  if (action?.ok === false) {
    return [warning('bad-action-annotation', ingress.ref, `${key} cannot be read: ${action.reason}`)]
  }
  if (action !== undefined) return []
  const rollouts = around.view.rolloutsOf(ingress.ref)
  if (rollouts.some(({ rootService }) => rootService === service)) return []
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
          `${version} is no longer served since Kubernetes 1.22: networking.k8s.io/v1 takes its place`,
        ),
      ]

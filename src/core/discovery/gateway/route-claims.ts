import { AWS_GATEWAY_GROUP } from '../../model/aws-controllers.ts'
import type { Reason } from '../../model/exposure.ts'
import { keyOf, type ObjectRef, refText } from '../../model/object-ref.ts'
import { assumed } from '../../model/resolved.ts'
import type { Seconds } from '../../model/seconds.ts'
import { evidenceOf } from '../annotations/evidence.ts'
import { MOST_ALTERNATIVES } from '../annotations/limits.ts'
import { UNWRITTEN, type Written } from '../annotations/written.ts'
import type { Assumed, Claim, Reading } from '../claims/claim.ts'
import { groupId } from '../claims/identity.ts'
import { targetTypeOf } from '../claims/target-type.ts'
import { weightOf } from '../claims/weight.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type { ParentRef, RouteObject } from '../objects/gateway-api.ts'
import { once } from '../objects/once.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import type { Attachment } from './attachment.ts'
import type { ForwardedBackend } from './backends.ts'
import { NO_CONFIGURATION } from './configuration.ts'
import { TARGET_GROUP_CONFIGURATIONS_BY_SERVICE } from './drawers.ts'
import type { OwnedGateway } from './gateway-ownership.ts'
import { albIdleTimeout, nlbIdleTimeout } from './idle-timeout.ts'
import { type OfferedListener, servesKind } from './listeners.ts'
import { gatewayRefusals } from './refusals.ts'
import {
  isMultiCluster,
  propsLayers,
  writtenCrossZone,
  writtenDelay,
  writtenHealth,
  writtenHealthCheck,
  writtenTermination,
  writtenTypes,
} from './target-group.ts'

/** A port of a Service, with the backends of a route that lead to it. */
export interface RoutedPort {
  readonly route: RouteObject
  readonly service: ServiceObject
  readonly port: string
  readonly backends: readonly [ForwardedBackend, ...ForwardedBackend[]]
}

/** The target group that a Gateway creates for such a port. */
interface RoutedGroup {
  readonly gateway: ObjectRef
  readonly owned: OwnedGateway
  readonly terms: Terms
  readonly because: Claim['because']
}

/** What follows from the listeners for a route, the same for all of its Services. */
interface Terms {
  readonly idle: Written<Seconds>
  readonly assumed: readonly Assumed[]
  /** From the Gateway to the route. */
  readonly ways: readonly Reason[]
}

/** From the listeners that accept the route; undefined if other routes have them all. */
export function servedGroup(attachment: Attachment, routedPort: RoutedPort): RoutedGroup | undefined {
  const { gateway, owned } = attachment
  const terms = termsOf(attachment)
  const [first, ...others] = terms.ways
  if (first === undefined) return undefined
  const end = { object: routedPort.service.ref, port: routedPort.port }
  const because = [[...first, end], ...others.map((way) => [...way, end])] as const
  return { gateway: gateway.ref, owned, terms, because }
}

/** Computed once: a route may lead to hundreds of Services, through hundreds of listeners. */
const termsOf = once(
  ({ gateway, route, owned, listeners }: Attachment): Terms => ({
    idle: idleTimeoutOf(owned, listeners),
    assumed: listeners.flatMap((one) => namespaceSentence(route, one)),
    ways: listeners.slice(0, MOST_ALTERNATIVES).map((one) => wayBy(gateway.ref, one, route)),
  }),
)

const wayBy = (gateway: ObjectRef, { listener, parent }: OfferedListener, route: ObjectRef): Reason => [
  { object: gateway },
  ...(parent.kind === 'ListenerSet' ? [{ object: parent }] : []),
  { via: `listener ${listener.name}` },
  { object: route },
]

/** With files, a TargetGroupConfiguration for the Service shows that its routes lead to the controller's Gateways. */
export const isBelieved = (service: ObjectRef, { view, settings }: DiscoveryContext): boolean =>
  settings.fromFiles && view.count(TARGET_GROUP_CONFIGURATIONS_BY_SERVICE, keyOf(service)) > 0

/** A Gateway that is not in the files, or whose class is not, assumed to be the controller's. */
export function believedGroup(
  { object }: ParentRef,
  { route, service, port }: RoutedPort,
  context: DiscoveryContext,
): RoutedGroup | undefined {
  if (!isBelieved(service.ref, context)) return undefined
  const loadBalancer = servesKind('alb', route.kind) ? 'alb' : 'nlb'
  const from = { kind: 'field', path: 'spec.parentRefs', object: route.ref } as const
  const text = `${refText(object)} assumed to be the AWS Load Balancer Controller's, for an ${loadBalancer.toUpperCase()}, since a TargetGroupConfiguration is for ${refText(service.ref)}: to confirm, include the Gateway and its GatewayClass`
  return {
    gateway: object,
    owned: {
      controller: 'lbc',
      loadBalancer: assumed(loadBalancer, from),
      configuration: NO_CONFIGURATION,
      assumed: [{ about: 'loadBalancer', text }],
    },
    terms: { idle: UNWRITTEN, assumed: [], ways: [] },
    because: [[{ object }, { object: route.ref }, { object: service.ref, port }]],
  }
}

/** The claim that a Gateway makes about one port of a Service. */
export function claimOf(group: RoutedGroup, routedPort: RoutedPort, context: DiscoveryContext): Reading {
  const { gateway, owned, terms, because } = group
  const { route, service, port, backends } = routedPort
  const layers = propsLayers({ route, service, configuration: owned.configuration }, context)
  const answer = targetTypeOf({
    written: writtenTypes(layers),
    service,
    controller: owned.controller,
    settings: context.settings,
    settledBy: `targetType: ip in a TargetGroupConfiguration of ${AWS_GATEWAY_GROUP} for ${refText(service.ref)}`,
  })
  const { evidence, notices } = evidenceOf({
    delay: writtenDelay(layers),
    idle: terms.idle,
    ...writtenHealth(layers),
    termination: writtenTermination(layers),
    crossZone: writtenCrossZone(layers, owned.configuration),
    refused: gatewayRefusals(layers, owned),
    check: writtenHealthCheck(layers, { service, route, loadBalancer: owned.loadBalancer.value }),
  })
  if (answer.refused !== undefined) return { claims: [], notices: [...notices, answer.refused] }
  const claim: Claim = {
    id: groupId(`gateway ${gateway.namespace}/${gateway.name}`, service, port),
    port,
    controller: owned.controller,
    loadBalancer: [owned.loadBalancer],
    targetType: answer.targetType,
    evidence,
    because,
    assumed: [
      ...owned.assumed,
      ...terms.assumed,
      ...backends.flatMap((backend) => backend.assumed),
      ...answer.assumed,
    ],
    weight: weightOf(backends),
    otherClusters: isMultiCluster(layers),
  }
  return { claims: [claim], notices }
}

const idleTimeoutOf = (
  { loadBalancer, configuration }: OwnedGateway,
  listeners: readonly OfferedListener[],
) =>
  loadBalancer.value === 'nlb'
    ? nlbIdleTimeout(
        configuration,
        listeners.map(({ listener }) => listener),
      )
    : albIdleTimeout(configuration)

function namespaceSentence(
  { namespace }: ObjectRef,
  { attachment, listener }: OfferedListener,
): readonly Assumed[] {
  if (attachment === 'yes') return []
  const text = `namespace selector of listener ${listener.name} assumed to match: to confirm, include Namespace ${namespace} with its labels`
  return [{ about: 'reference', text }]
}

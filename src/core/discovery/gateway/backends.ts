import { type Notice, warning } from '../../model/notice.ts'
import { type ObjectRef, refText } from '../../model/object-ref.ts'
import type { Assumed } from '../claims/claim.ts'
import { referenceNotices, type ServiceReference } from '../claims/references.ts'
import { objectRef } from '../objects/discovery-object.ts'
import type { RouteBackend, RouteObject, RouteRule } from '../objects/gateway-api.ts'
import { once } from '../objects/once.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { isGranted } from './reference-grant.ts'

/** A Service that a rule forwards to. */
export interface ForwardedBackend {
  readonly port: string
  readonly weight: number
  readonly assumed: readonly Assumed[]
}

/** Every Service that the rules of a route name, whether or not the route may refer to it. */
export const servicesOf = ({ rules }: RouteObject): readonly ObjectRef[] =>
  rules.flatMap(({ backends }) => backends.filter(isService).map(({ object }) => object))

/** The backends with which a route forwards to this Service (LBC pkg/gateway/routeutils/backend.go). */
export function backendsTo(
  route: RouteObject,
  service: ObjectRef,
  context: DiscoveryContext,
): readonly ForwardedBackend[] {
  if (!isGranted(route, service, context)) return []
  const found = leadsByService(route).get(refText(service)) ?? []
  return found.flatMap(({ rule, backend: { port, weight } }) => {
    const answer = answerOf(rule, route, context)
    return answer.forwards ? [{ port: String(port), weight, assumed: answer.assumed }] : []
  })
}

interface Lead {
  readonly rule: RouteRule
  readonly backend: RouteBackend
}

/** The backends of a route's rules, by Service. Indexed once: a route may name thousands, and each is looked up. */
const leadsByService = once(({ rules }: RouteObject): ReadonlyMap<string, readonly Lead[]> => {
  const leads = rules.flatMap((rule) =>
    rule.backends
      .filter((backend) => isService(backend) && backend.port !== undefined)
      .map((backend) => ({ rule, backend })),
  )
  return Map.groupBy(leads, ({ backend }) => refText(backend.object))
})

/** Whether a rule forwards at all, with assumptions and notices. */
interface Answer {
  readonly forwards: boolean
  readonly assumed: readonly Assumed[]
  readonly notices: readonly Notice[]
}

const FORWARDS: Answer = { forwards: true, assumed: [], notices: [] }
const ANSWERS: Answer = { forwards: false, assumed: [], notices: [] }

/** A redirect or a fixed response answers without a target (LBC pkg/gateway/routeutils/route_rule_action.go). */
function answerOf(rule: RouteRule, { ref }: RouteObject, { view, settings }: DiscoveryContext): Answer {
  if (rule.redirects) return ANSWERS
  const [name, other] = rule.configurations
  if (name === undefined) return FORWARDS
  if (other !== undefined) {
    const text = `a rule names several ListenerRuleConfigurations (${name}, ${other}): the controller answers 503 instead`
    return { ...ANSWERS, notices: [warning('several-listener-rule-configurations', ref, text)] }
  }
  const wanted = objectRef('ListenerRuleConfiguration', ref.namespace, name)
  const found = view.find('ListenerRuleConfiguration', wanted)
  if (found !== undefined) return found.answers ? ANSWERS : FORWARDS
  if (settings.fromFiles) {
    const text = `${refText(wanted)} is not in the files and assumed to forward: a fixed response in it would send nothing to the pods`
    return { ...FORWARDS, assumed: [{ about: 'reference', text }] }
  }
  const text = `a rule names ${refText(wanted)}, which does not exist: the controller answers 503 instead`
  return { ...ANSWERS, notices: [warning('listener-rule-configuration-not-found', ref, text)] }
}

/** Notices about what keeps a route's rules from forwarding, or its Gateway from being served. */
export function backendNotices(route: RouteObject, context: DiscoveryContext): readonly Notice[] {
  const answers = route.rules.map((rule) => ({ rule, answer: answerOf(rule, route, context) }))
  const forwarding = answers.flatMap(({ rule, answer }) => (answer.forwards ? rule.backends : []))
  return [
    ...answers.flatMap(({ answer }) => answer.notices),
    ...route.rules.flatMap(({ unsupported }) => unsupported.map((filter) => filterNotice(route.ref, filter))),
    ...leadNotices(route, forwarding, context),
  ]
}

const filterNotice = (ref: ObjectRef, filter: string): Notice =>
  warning(
    'route-filter-unsupported',
    ref,
    `filter ${filter} is not supported: until it is removed the controller does not update the Gateway`,
  )

/** Kinds besides Service that the controller supports. They lead to no Pods, or to another load balancer. */
const WITHOUT_PODS = ['TargetGroupName', 'Gateway']

const isService = ({ object }: RouteBackend): boolean => object.kind === 'Service'

function leadNotices(
  route: RouteObject,
  backends: readonly RouteBackend[],
  context: DiscoveryContext,
): readonly Notice[] {
  const leads = backends.map((backend) => leadOf(route, backend, context))
  const references = leads.flatMap((lead) => (lead !== undefined && 'port' in lead ? [lead] : []))
  return [
    ...leads.flatMap((lead) => (lead !== undefined && 'id' in lead ? [lead] : [])),
    ...referenceNotices(route.ref, references, context),
  ]
}

/** The Service port that a backend leads to, or why it leads nowhere; undefined if it leads to no Pods. */
function leadOf(
  route: RouteObject,
  backend: RouteBackend,
  context: DiscoveryContext,
): ServiceReference | Notice | undefined {
  const { ref } = route
  const { object, port } = backend
  if (WITHOUT_PODS.includes(object.kind)) return undefined
  if (!isService(backend)) {
    const text = `its backend is ${refText(object)}: the controller supports only Service, TargetGroupName and Gateway`
    return warning('backend-kind-unknown', ref, text)
  }
  if (!isGranted(route, object, context)) {
    const text = `it may not send to ${refText(object)}: add a ReferenceGrant in namespace ${object.namespace}`
    return warning('reference-not-granted', ref, text)
  }
  if (port === undefined) {
    const text = `its backend ${refText(object)} has no port: the controller creates no target group for it`
    return warning('backend-without-port', ref, text)
  }
  return { service: object, port: String(port) }
}

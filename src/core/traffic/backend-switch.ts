import { ALB, CLASS_ANNOTATION } from '../discovery/annotations/annotation-keys.ts'
import type { IngressObject, ServiceObject } from '../discovery/objects/discovery-object.ts'
import type { RouteObject } from '../discovery/objects/gateway-api.ts'
import { FINDINGS } from '../findings/catalogue.ts'
import type { Finding } from '../findings/finding.ts'
import { listNames } from '../findings/rule.ts'
import type { Exposure } from '../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../model/keys.ts'
import { type ObjectRef, refText } from '../model/object-ref.ts'
import type { WorkloadSummary } from '../model/workload.ts'
import type { TrafficChange, TrafficView } from './change.ts'
import { type Move, movesOf, type Target } from './moves.ts'
import { pasteForRule, pasteForSelector } from './paste.ts'
import { exposuresOfService, workloadsBehind } from './selected.ts'

/**
 * Whether an update of an Ingress, a route or a Service moves all of a rule's or a Service's traffic to targets that the
 * load balancer has to register first. The controller changes the listener rules before it registers targets, and a
 * target that has not passed a health check gets nothing: the load balancer answers 503 until then (measured with the
 * AWS Load Balancer Controller: 421 of 10,000 requests at 100 a second). A person made one update: the switch is told
 * once, and apart from it one workload without a hook.
 */
export function backendSwitch({ before, after }: TrafficChange, view: TrafficView): readonly Finding[] {
  if (refText(before.ref) !== refText(after.ref) || before.deleting || after.deleting) return []
  if (before.kind === 'Service') return after.kind === 'Service' ? selectorSwitch(before, after, view) : []
  return after.kind === 'Service' ? [] : ruleSwitch(before, after, view)
}

type Routing = IngressObject | RouteObject

function ruleSwitch(before: Routing, after: Routing, view: TrafficView): readonly Finding[] {
  if (isMovedAsAWhole(before, after)) return []
  const moves = movesOf(before, after)
  const [move] = moves.slice(0, MOST_ASKED).filter((one) => isServed(before.ref, one, view))
  if (move === undefined) return []
  const [to] = move.to
  if (to === undefined) return []
  const more = moves.length > 1 ? ` (and ${moves.length - 1} more)` : ''
  const nameOf = namingFor(move)
  const what = `${move.at}${more} moves from ${namesOf(move.from, nameOf)} to ${namesOf(move.to, nameOf)} in one step`
  return findingsOf({
    message: `${what}: the load balancer answers 503 until the first targets of ${nameOf(to)} are healthy`,
    brief: `503 until Service ${nameOf(to)} has healthy targets`,
    paste: pasteForRule(after.kind, move),
    unhooked: move.to.flatMap((target) => behind(target, view)).find(isUnhooked)?.ref,
  })
}

/** Moves that are looked at for one whose Service has Pods behind the load balancer. A choice. */
const MOST_ASKED = 10

/** Another class or group: another load balancer, which clients reach by another name. */
function isMovedAsAWhole(before: Routing, after: Routing): boolean {
  if (before.kind !== 'Ingress' || after.kind !== 'Ingress') return false
  return (
    OF_LOAD_BALANCER.some((key) => before.annotations[key] !== after.annotations[key]) ||
    before.className !== after.className
  )
}

const OF_LOAD_BALANCER = [CLASS_ANNOTATION, ALB.groupName]

/** The load balancer of this object sends to Pods of what the rule names until now. */
const isServed = (by: ObjectRef, { from }: Move, view: TrafficView): boolean =>
  from.some(({ service: ref }) => {
    const service = view.objects?.find('Service', ref)
    if (service === undefined || workloadsOf(service, view).length === 0) return false
    return exposuresOfService(service, view).some(({ because }) =>
      because.some((reason) =>
        reason.some((step) => 'object' in step && refText(step.object) === refText(by)),
      ),
    )
  })

/**
 * A selector's target group stays. Its new targets are registered and its old ones deregistered in one go, so that it may
 * be without a healthy target; instance targets are nodes, and do not change. What an Argo Rollout switches is
 * gate-not-covering.
 */
function selectorSwitch(before: ServiceObject, after: ServiceObject, view: TrafficView): readonly Finding[] {
  const { namespace, name } = before.ref
  const olds = workloadsOf(before, view)
  const news = workloadsOf(after, view)
  const had = new Set(olds.map(({ ref }) => refText(ref)))
  const isMoved = olds.length > 0 && news.length > 0 && !news.some(({ ref }) => had.has(refText(ref)))
  if (!isMoved) return []
  const moved = exposuresOfService(before, view).filter(
    ({ targetType, switchedBy }) => targetType.value === 'ip' && switchedBy === undefined,
  )
  if (moved.length === 0) return []
  const to = listNames(news.map(({ ref }) => `${ref.kind} ${ref.name}`))
  return findingsOf({
    message: `Service ${namespace}/${name} moves from ${listNames(olds.map(({ ref }) => `${ref.kind} ${ref.name}`))} to ${to} in one step: its old targets leave before the new ones are healthy, and ${lossOf(moved)} until then`,
    brief: `it selects ${to} before its targets are healthy`,
    action: 'select both first, then only the new one',
    paste: pasteForSelector(before, after),
    unhooked: news.find(isUnhooked)?.ref,
  })
}

/** Only an ALB knows of requests, and has an answer of its own. */
const lossOf = (moved: readonly Exposure[]): string =>
  moved.some(({ loadBalancer }) => loadBalancer.value === 'alb')
    ? 'the load balancer may answer 503'
    : 'new connections may fail'

const workloadsOf = ({ ref, selector }: ServiceObject, view: TrafficView): readonly WorkloadSummary[] =>
  workloadsBehind(selector, ref.namespace, view)

function behind({ service: ref }: Target, view: TrafficView): readonly WorkloadSummary[] {
  const service = view.objects?.find('Service', ref)
  return service === undefined ? [] : workloadsOf(service, view)
}

/** Its Pods stop at once when they are deleted: Slackwater gives a hook to what is behind a load balancer when it is made. */
const isUnhooked = ({ live }: WorkloadSummary): boolean => live?.unhooked === true

/** `action`: another than the catalogue's. */
interface Words {
  readonly message: string
  readonly brief: string
  readonly action?: string
  readonly paste: string
  readonly unhooked: ObjectRef | undefined
}

/** What moves, and after it what a rollout of the new Pods or the way back would lose. */
const findingsOf = ({ unhooked, ...words }: Words): readonly Finding[] => [
  { ...SWITCH, ...words },
  ...(unhooked === undefined ? [] : [hookless(unhooked)]),
]

const SWITCH = {
  id: 'backend-switch',
  severity: FINDINGS['backend-switch'].severity,
  holds: 'throughout',
  action: FINDINGS['backend-switch'].action,
} as const

/** A finding of its own: a warning has no room for both. */
const hookless = (ref: ObjectRef): Finding => ({
  ...SWITCH,
  about: 'hook',
  message: `${refText(ref)} has no preStop hook, so its pods also lose requests when they are replaced: set ${ASSUME_ANNOTATION} on its pod template before the switch`,
  brief: `no preStop hook on ${ref.kind} ${ref.name}`,
  action: `set ${ASSUME_ANNOTATION} on its template first`,
})

type NameOf = (target: Target) => string

/** Each port of a Service, as written, has a target group: where one Service is on both sides, its ports tell them apart. */
function namingFor({ from, to }: Move): NameOf {
  const olds = new Set(from.map(({ service }) => refText(service)))
  const isTwice = to.some(({ service }) => olds.has(refText(service)))
  return ({ service, port }) => (isTwice ? `${service.name}:${port}` : service.name)
}

/** `Service web-blue`, `Services web-blue and web-green`. */
const namesOf = (targets: readonly Target[], nameOf: NameOf): string =>
  `Service${targets.length > 1 ? 's' : ''} ${listNames(targets.map(nameOf))}`

import type { HealthCheck } from '../../model/exposure.ts'
import { type Notice, warning } from '../../model/notice.ts'
import type { Seconds } from '../../model/seconds.ts'
import { ALB } from '../annotations/annotation-keys.ts'
import { evidenceOf, type WrittenEvidence } from '../annotations/evidence.ts'
import { withKubeProxy, writtenCheck } from '../annotations/health-check.ts'
import {
  ALB_IDLE_TIMEOUT,
  DEREGISTRATION_DELAY,
  HEALTH_INTERVAL,
  HEALTH_TIMEOUT,
  HEALTHY_THRESHOLD,
  MOST_ALTERNATIVES,
  MOST_NOTICES,
  UNHEALTHY_THRESHOLD,
} from '../annotations/limits.ts'
import { listed } from '../annotations/quote.ts'
import { refusedAttributes } from '../annotations/refused-attributes.ts'
import {
  attributeValue,
  lineOf,
  UNWRITTEN,
  type Written,
  writtenAttribute,
  writtenCount,
  writtenRefusals,
  writtenSeconds,
} from '../annotations/written.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import type { DiscoveryContext } from '../objects/view.ts'
import { groupNameOf, type Member, ofGroup } from './group.ts'

/**
 * What is written about an ALB's target group. Per annotation key, the Service's whole string replaces the Ingress's
 * (LBC pkg/ingress/model_build_target_group.go). The load balancer's attributes come from all Ingresses of its group.
 */
export function albEvidence(
  member: Member,
  service: ServiceObject,
  context: DiscoveryContext,
): WrittenEvidence {
  const layers = [service, member.ingress]
  return evidenceOf({
    delay: writtenAttribute(lineOf(layers, ALB.targetGroupAttributes), DEREGISTRATION_DELAY),
    idle: idleTimeoutOf(member, context),
    interval: writtenSeconds(layers, ALB.healthInterval, HEALTH_INTERVAL),
    timeout: writtenSeconds(layers, ALB.healthTimeout, HEALTH_TIMEOUT),
    threshold: writtenCount(layers, ALB.unhealthyThreshold, UNHEALTHY_THRESHOLD),
    healthy: writtenCount(layers, ALB.healthyThreshold, HEALTHY_THRESHOLD),
    termination: UNWRITTEN,
    crossZone: UNWRITTEN,
    check: checkOf(member, service),
    refused: writtenRefusals(lineOf(layers, ALB.targetGroupAttributes), {
      of: 'target group',
      balancer: 'alb',
    }),
  })
}

const CHECK_KEYS = {
  protocol: ALB.healthProtocol,
  path: ALB.healthPath,
  port: ALB.healthPort,
  codes: ALB.successCodes,
}

/** The protocol version decides over what the protocol of the check is worth: a gRPC check is none of HTTP's. */
function checkOf({ ingress }: Member, service: ServiceObject): HealthCheck {
  const layers = [service, ingress]
  const check = withKubeProxy(writtenCheck(layers, CHECK_KEYS), service, false)
  return lineOf(layers, ALB.protocolVersion)?.text === 'GRPC' ? { ...check, protocol: 'GRPC' } : check
}

/**
 * Two values in one group are an error for the whole group (LBC pkg/ingress/model_build_load_balancer_attributes.go).
 */
function idleTimeoutOf(member: Member, context: DiscoveryContext): Written<Seconds> {
  const { candidates, notices, values } = ofGroup(member, GROUP_IDLE_TIMEOUT, context)
  if (values.length < 2) return { candidates, notices }
  const said = values.map(String)
  const text = `${ALB.loadBalancerAttributes}: the Ingresses of group ${groupNameOf(member)} set ${said.length > 2 ? listed(said) : said.join(' and ')} for ${ALB_IDLE_TIMEOUT.name}; the controller refuses the group until they agree; the longest is assumed`
  return { candidates, notices: [...notices, warning('group-attributes-conflict', member.ingress.ref, text)] }
}

interface GroupIdleTimeout extends Written<Seconds> {
  /** The values that its Ingresses set, each once, ascending. */
  readonly values: readonly Seconds[]
}

const GROUP_IDLE_TIMEOUT = {
  what: 'idle timeout',
  make: (members: readonly Member[]): GroupIdleTimeout => {
    const each = members.map(ownIdleTimeout)
    const refused = members.flatMap(ownRefusals)
    const all = each.flatMap(({ candidates }) => candidates)
    const values = [...new Set(all.map(({ value }) => value))].sort((a, b) => a - b)
    // The longest first: it is the assumed one.
    const candidates = all.length > MOST_ALTERNATIVES ? all.sort((a, b) => b.value - a.value) : all
    return {
      candidates: candidates.slice(0, MOST_ALTERNATIVES),
      notices: [...each.flatMap(({ notices }) => notices), ...refused].slice(0, MOST_NOTICES),
      values,
    }
  },
  isSame: (one: GroupIdleTimeout, other: GroupIdleTimeout) => JSON.stringify(one) === JSON.stringify(other),
}

const OF_ALB = { of: 'load balancer', balancer: 'alb' } as const

function ownRefusals({ ingress, params }: Member): readonly Notice[] {
  const written = writtenRefusals(lineOf([ingress], ALB.loadBalancerAttributes), OF_ALB)
  if (params === undefined) return written
  const place = { key: 'spec.loadBalancerAttributes', object: params.ref }
  return [
    ...written,
    ...refusedAttributes(Object.entries(params.loadBalancerAttributes), { ...OF_ALB, ...place }),
  ]
}

function ownIdleTimeout({ ingress, params }: Member): Written<Seconds> {
  const forced = params?.loadBalancerAttributes[ALB_IDLE_TIMEOUT.name]
  if (params !== undefined && forced !== undefined) {
    const key = 'spec.loadBalancerAttributes'
    const source = { kind: 'field', path: key, object: params.ref } as const
    return attributeValue(forced, ALB_IDLE_TIMEOUT, { key, object: params.ref, source })
  }
  return writtenAttribute(lineOf([ingress], ALB.loadBalancerAttributes), ALB_IDLE_TIMEOUT)
}

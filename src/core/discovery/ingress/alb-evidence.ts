import type { Seconds } from '../../model/seconds.ts'
import { ALB } from '../annotation-keys.ts'
import { warning } from '../claim.ts'
import { evidenceOf, type WrittenEvidence } from '../evidence.ts'
import {
  ALB_IDLE_TIMEOUT,
  DEREGISTRATION_DELAY,
  HEALTH_INTERVAL,
  HEALTH_TIMEOUT,
  UNHEALTHY_THRESHOLD,
} from '../limits.ts'
import type { ServiceObject } from '../objects.ts'
import type { Surroundings } from '../view.ts'
import {
  attributeValue,
  lineOf,
  type Written,
  writtenAttribute,
  writtenCount,
  writtenSeconds,
} from '../written.ts'
import { groupNameOf, type Member, membersOf } from './group.ts'

/**
 * What is written about an ALB's target group: per annotation key the Service over the Ingress, the whole string
 * replaced (LBC pkg/ingress/model_build_target_group.go); the load balancer's attributes from all of its group.
 */
export function albEvidence(member: Member, service: ServiceObject, around: Surroundings): WrittenEvidence {
  const layers = [service, member.ingress]
  return evidenceOf({
    delay: writtenAttribute(lineOf(layers, ALB.targetGroupAttributes), DEREGISTRATION_DELAY),
    idle: idleTimeoutOf(member, around),
    interval: writtenSeconds(layers, ALB.healthInterval, HEALTH_INTERVAL),
    timeout: writtenSeconds(layers, ALB.healthTimeout, HEALTH_TIMEOUT),
    threshold: writtenCount(layers, ALB.unhealthyThreshold, UNHEALTHY_THRESHOLD),
  })
}

/** Two values in one group are an error for the whole group (LBC pkg/ingress/model_build_load_balancer_attributes.go). */
function idleTimeoutOf(member: Member, around: Surroundings): Written<Seconds> {
  const each = membersOf(member, around).map(ownIdleTimeout)
  const candidates = each.flatMap((written) => written.candidates)
  const notices = each.flatMap((written) => written.notices)
  const values = [...new Set(candidates.map(({ value }) => value))].sort((a, b) => a - b)
  if (values.length < 2) return { candidates, notices }
  const text = `${ALB.loadBalancerAttributes}: the Ingresses of group ${groupNameOf(member)} say ${values.join(' and ')} for ${ALB_IDLE_TIMEOUT.name}; the controller refuses the group until they agree, the longest is assumed`
  return { candidates, notices: [...notices, warning('group-attributes-conflict', member.ingress.ref, text)] }
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

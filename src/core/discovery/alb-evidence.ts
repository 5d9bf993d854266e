import type { Evidence } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import type { Seconds } from '../model/seconds.ts'
import { ALB } from './annotation-keys.ts'
import { warning } from './claim.ts'
import { groupNameOf, type Member, membersOf } from './group.ts'
import {
  ALB_IDLE_TIMEOUT,
  DEREGISTRATION_DELAY,
  HEALTH_INTERVAL,
  HEALTH_TIMEOUT,
  UNHEALTHY_THRESHOLD,
} from './limits.ts'
import type { ServiceObject } from './objects.ts'
import type { Surroundings } from './view.ts'
import {
  attributeValue,
  lineOf,
  type Written,
  writtenAttribute,
  writtenCount,
  writtenSeconds,
} from './written.ts'

export interface WrittenEvidence {
  readonly evidence: Evidence
  readonly notices: readonly Notice[]
}

/**
 * What is written about an ALB's target group: per annotation key the Service over the Ingress, the whole string
 * replaced (LBC pkg/ingress/model_build_target_group.go); the load balancer's attributes from all of its group.
 */
export function albEvidence(member: Member, service: ServiceObject, around: Surroundings): WrittenEvidence {
  const layers = [service, member.ingress]
  const delay = writtenAttribute(lineOf(layers, ALB.targetGroupAttributes), DEREGISTRATION_DELAY)
  const idle = idleTimeoutOf(member, around)
  const interval = writtenSeconds(layers, ALB.healthInterval, HEALTH_INTERVAL)
  const timeout = writtenSeconds(layers, ALB.healthTimeout, HEALTH_TIMEOUT)
  const threshold = writtenCount(layers, ALB.unhealthyThreshold, UNHEALTHY_THRESHOLD)
  return {
    evidence: {
      deregistrationDelay: delay.candidates,
      idleTimeout: idle.candidates,
      healthInterval: interval.candidates,
      healthTimeout: timeout.candidates,
      unhealthyThreshold: threshold.candidates,
    },
    notices: [delay, idle, interval, timeout, threshold].flatMap(({ notices }) => notices),
  }
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

import type { Seconds } from '../model/seconds.ts'
import type { WrittenEvidence } from './alb-evidence.ts'
import { NLB, nlbPortAttributes } from './annotation-keys.ts'
import {
  DEREGISTRATION_DELAY,
  HEALTH_INTERVAL,
  HEALTH_TIMEOUT,
  NLB_IDLE_TIMEOUT,
  UNHEALTHY_THRESHOLD,
} from './limits.ts'
import type { ServiceObject } from './objects.ts'
import { lineOf, type Written, writtenAttribute, writtenCount, writtenSeconds } from './written.ts'

/** What the Service that makes the NLB writes about the target group of one of its ports (LBC pkg/service). */
export function nlbEvidence(base: ServiceObject, port: number): WrittenEvidence {
  const layers = [base]
  const delay = delayOf(base, port)
  const idle = idleOf(base, port)
  const interval = writtenSeconds(layers, NLB.healthInterval, HEALTH_INTERVAL)
  const timeout = writtenSeconds(layers, NLB.healthTimeout, HEALTH_TIMEOUT)
  const threshold = writtenCount(layers, NLB.unhealthyThreshold, UNHEALTHY_THRESHOLD)
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

/** The port's own list wins per attribute over the list for all ports. */
function delayOf(base: ServiceObject, port: number): Written<Seconds> {
  const own = writtenAttribute(lineOf([base], nlbPortAttributes(port)), DEREGISTRATION_DELAY)
  const common = writtenAttribute(lineOf([base], NLB.targetGroupAttributes), DEREGISTRATION_DELAY)
  const notices = [...own.notices, ...common.notices]
  return { candidates: own.candidates.length > 0 ? own.candidates : common.candidates, notices }
}

/** `listener-attributes.<protocol>-<port>`: TCP or TLS, whichever the listener is. */
function idleOf(base: ServiceObject, port: number): Written<Seconds> {
  const keys = Object.keys(base.annotations).filter(
    (key) => key.startsWith(NLB.listenerAttributesPrefix) && key.endsWith(`-${port}`),
  )
  const each = keys.sort().map((key) => writtenAttribute(lineOf([base], key), NLB_IDLE_TIMEOUT))
  return {
    candidates: each.flatMap(({ candidates }) => candidates),
    notices: each.flatMap(({ notices }) => notices),
  }
}

import type { Seconds } from '../../model/seconds.ts'
import type { Labels } from '../../model/workload.ts'
import { NLB, nlbPortAttributes } from '../annotations/annotation-keys.ts'
import { evidenceOf, type WrittenEvidence } from '../annotations/evidence.ts'
import {
  DEREGISTRATION_DELAY,
  HEALTH_INTERVAL,
  HEALTH_TIMEOUT,
  HEALTHY_THRESHOLD,
  NLB_IDLE_TIMEOUT,
  UNHEALTHY_THRESHOLD,
} from '../annotations/limits.ts'
import {
  lineOf,
  type Written,
  writtenAttribute,
  writtenCount,
  writtenSeconds,
} from '../annotations/written.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'

interface NlbPorts {
  /** The port of the listener, which has the idle timeout. */
  readonly listener: number
  /** The port of the Service that the target group serves, which keys its attributes. */
  readonly target: string
}

/** What the Service that the NLB is created for writes about one of its target groups (LBC pkg/service). */
export function nlbEvidence(base: ServiceObject, { listener, target }: NlbPorts): WrittenEvidence {
  const layers = [base]
  return evidenceOf({
    delay: delayOf(base, target),
    idle: idleOf(base, listener),
    interval: writtenSeconds(layers, NLB.healthInterval, HEALTH_INTERVAL),
    timeout: writtenSeconds(layers, NLB.healthTimeout, HEALTH_TIMEOUT),
    threshold: writtenCount(layers, NLB.unhealthyThreshold, UNHEALTHY_THRESHOLD),
    healthy: writtenCount(layers, NLB.healthyThreshold, HEALTHY_THRESHOLD),
  })
}

/** Per attribute, the port's own list wins over the list for all ports. */
function delayOf(base: ServiceObject, port: string): Written<Seconds> {
  const own = writtenAttribute(lineOf([base], nlbPortAttributes(port)), DEREGISTRATION_DELAY)
  const common = writtenAttribute(lineOf([base], NLB.targetGroupAttributes), DEREGISTRATION_DELAY)
  const notices = [...own.notices, ...common.notices]
  return { candidates: own.candidates.length > 0 ? own.candidates : common.candidates, notices }
}

/** The listener annotations by port: the text after their last dash. */
const keysByPort = once((annotations: Labels) =>
  Map.groupBy(
    Object.keys(annotations)
      .filter((key) => key.startsWith(NLB.listenerAttributesPrefix))
      .sort(),
    (key) => key.slice(key.lastIndexOf('-') + 1),
  ),
)

/** `listener-attributes.<protocol>-<port>`: TCP or TLS, depending on the listener. */
function idleOf(base: ServiceObject, port: number): Written<Seconds> {
  const keys = keysByPort(base.annotations).get(String(port)) ?? []
  const each = keys.map((key) => writtenAttribute(lineOf([base], key), NLB_IDLE_TIMEOUT))
  return {
    candidates: each.flatMap(({ candidates }) => candidates),
    notices: each.flatMap(({ notices }) => notices),
  }
}

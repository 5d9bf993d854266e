import type { Notice } from '../../model/notice.ts'
import type { Seconds } from '../../model/seconds.ts'
import type { Labels } from '../../model/workload.ts'
import { CLASSIC, NLB, nlbPortAttributes } from '../annotations/annotation-keys.ts'
import { evidenceOf, type WrittenEvidence } from '../annotations/evidence.ts'
import { withKubeProxy, writtenCheck } from '../annotations/health-check.ts'
import {
  CLASSIC_IDLE_TIMEOUT,
  CONNECTION_TERMINATION,
  CROSS_ZONE,
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
  writtenFlag,
  writtenFlagOf,
  writtenRefusals,
  writtenSeconds,
} from '../annotations/written.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import { once } from '../objects/once.ts'

interface NlbPorts {
  /** The port of the listener, which has the idle timeout. */
  readonly listener: number
  /** The port of the Service that the target group serves, which keys its attributes. */
  readonly target: string
  /** A load balancer of another kind does not read the lists of attributes. */
  readonly isNlb: boolean
}

/** What the Service that the NLB is created for writes about one of its target groups (LBC pkg/service). */
export function nlbEvidence(base: ServiceObject, { listener, target, isNlb }: NlbPorts): WrittenEvidence {
  const layers = [base]
  return evidenceOf({
    delay: ofPort(base, target, (line) => writtenAttribute(line, DEREGISTRATION_DELAY)),
    termination: ofPort(base, target, (line) => writtenFlag(line, CONNECTION_TERMINATION)),
    crossZone: crossZoneOf(base, target),
    check: checkOf(base),
    refused: isNlb ? refusalsOf(base, target) : [],
    idle: idleOf(base, listener),
    interval: writtenSeconds(layers, NLB.healthInterval, HEALTH_INTERVAL),
    timeout: writtenSeconds(layers, NLB.healthTimeout, HEALTH_TIMEOUT),
    threshold: writtenCount(layers, NLB.unhealthyThreshold, UNHEALTHY_THRESHOLD),
    healthy: writtenCount(layers, NLB.healthyThreshold, HEALTHY_THRESHOLD),
  })
}

/** Per attribute, the port's own list wins over the list for all ports. */
function ofPort<T>(
  base: ServiceObject,
  port: string,
  read: (line: ReturnType<typeof lineOf>) => Written<T>,
): Written<T> {
  const own = read(lineOf([base], nlbPortAttributes(port)))
  const common = read(lineOf([base], NLB.targetGroupAttributes))
  const notices = [...own.notices, ...common.notices]
  return { candidates: own.candidates.length > 0 ? own.candidates : common.candidates, notices }
}

/** What the target group writes wins over the load balancer's. */
function crossZoneOf(base: ServiceObject, port: string): Written<boolean> {
  const ofGroup = ofPort(base, port, (line) => writtenFlag(line, CROSS_ZONE))
  if (ofGroup.candidates.length > 0) return ofGroup
  const older = writtenFlagOf(lineOf([base], NLB.crossZone))
  if (older.candidates.length > 0) return older
  return writtenFlag(lineOf([base], NLB.loadBalancerAttributes), CROSS_ZONE)
}

function refusalsOf(base: ServiceObject, port: string): readonly Notice[] {
  const groups = [NLB.targetGroupAttributes, nlbPortAttributes(port)]
  return [
    ...groups.flatMap((key) => writtenRefusals(lineOf([base], key), { of: 'target group', balancer: 'nlb' })),
    ...writtenRefusals(lineOf([base], NLB.loadBalancerAttributes), { of: 'load balancer', balancer: 'nlb' }),
  ]
}

const CHECK_KEYS = {
  protocol: NLB.healthProtocol,
  path: NLB.healthPath,
  port: NLB.healthPort,
  codes: NLB.successCodes,
}

/** Only of a Service of type LoadBalancer with `Local` the controller's check asks kube-proxy. */
const checkOf = (base: ServiceObject) =>
  withKubeProxy(writtenCheck([base], CHECK_KEYS), base, base.type === 'LoadBalancer')

/** The listener annotations by port: the text after their last dash. */
const keysByPort = once((annotations: Labels) =>
  Map.groupBy(
    Object.keys(annotations)
      .filter((key) => key.startsWith(NLB.listenerAttributesPrefix))
      .sort(),
    (key) => key.slice(key.lastIndexOf('-') + 1),
  ),
)

/** `listener-attributes.<protocol>-<port>`: TCP or TLS, depending on the listener; that of a Classic Load Balancer. */
function idleOf(base: ServiceObject, port: number): Written<Seconds> {
  const classic = writtenSeconds([base], CLASSIC.idleTimeout, CLASSIC_IDLE_TIMEOUT)
  if (classic.candidates.length > 0) return classic
  const keys = keysByPort(base.annotations).get(String(port)) ?? []
  const each = keys.map((key) => writtenAttribute(lineOf([base], key), NLB_IDLE_TIMEOUT))
  return {
    candidates: each.flatMap(({ candidates }) => candidates),
    notices: each.flatMap(({ notices }) => notices),
  }
}

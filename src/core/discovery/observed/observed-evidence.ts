import type { LoadBalancer, MeasuredExposure, TargetType } from '../../model/exposure.ts'
import type { Measured, WitnessedLoadBalancer, WitnessedTargetGroup } from '../../model/observed.ts'
import { type Candidate, observed } from '../../model/resolved.ts'
import { type Seconds, seconds } from '../../model/seconds.ts'
import { type Attribute, parseCount } from '../annotations/attributes.ts'
import {
  ALB_IDLE_TIMEOUT,
  CONNECTION_TERMINATION,
  CROSS_ZONE,
  DEREGISTRATION_DELAY,
  NLB_IDLE_TIMEOUT,
} from '../annotations/limits.ts'
import type { ObservedEvidence } from '../claims/observed-evidence.ts'
import type { ObservedObject } from '../objects/observed-object.ts'

/**
 * Days for which AWS's answer counts. A leader asks every hour, so a week without an answer means that nobody asks any
 * more; an answer that is checked in with manifests counts for a while. A choice.
 */
export const LONGEST_WITNESS = 7

const DAY = 86_400_000

/** Whole days from a time, in milliseconds, until today, negative for a later one; undefined: today is unknown. */
const daysSince = (time: number, { today }: ObservedObject): number | undefined =>
  today === undefined ? undefined : today - Math.floor(time / DAY)

/** Whether AWS's answer counts. One of tomorrow does: clocks differ. */
export const isCurrent = (object: ObservedObject): boolean => unusedWitness(object) === undefined

function unusedWitness(object: ObservedObject): string | undefined {
  const days = daysSince(object.witness?.asked ?? 0, object) ?? 0
  if (days < -1) return 'asked in the future: a clock was wrong'
  return days > LONGEST_WITNESS ? `asked ${days} days ago, more than ${LONGEST_WITNESS}` : undefined
}

interface Found {
  readonly targetGroups: readonly WitnessedTargetGroup[]
  readonly loadBalancers: readonly WitnessedLoadBalancer[]
  readonly measured: readonly Measured[]
}

export function observedEvidence(object: ObservedObject, found: Found): ObservedEvidence {
  const say = sayingOf(object)
  const { targetGroups, loadBalancers } = found
  const ofGroups = <T>(
    read: (group: WitnessedTargetGroup) => T | undefined,
    call: string,
  ): readonly Candidate<T>[] => targetGroups.flatMap((group) => say(read(group), call, group.targetGroup))
  const ofBalancers = <T>(
    read: (one: WitnessedLoadBalancer) => T | undefined,
    call: string,
  ): readonly Candidate<T>[] => loadBalancers.flatMap((one) => say(read(one), call, one.loadBalancer))
  const kinds = ofBalancers(kindOf, 'DescribeLoadBalancers')
  const kindsByProtocol = ofGroups(kindByProtocol, 'DescribeTargetGroups')
  const zones = ofGroups(({ attributes }) => flagIn(attributes, CROSS_ZONE), GROUP_ATTRIBUTES)
  return {
    deregistrationDelay: longestFirst(
      ofGroups(({ attributes }) => secondsIn(attributes, DEREGISTRATION_DELAY), GROUP_ATTRIBUTES),
    ),
    idleTimeout: longestFirst(
      ofBalancers((one) => secondsIn(one.attributes, idleTimeoutOf(one)), BALANCER_ATTRIBUTES),
    ),
    connectionTermination: ofGroups(
      ({ attributes }) => flagIn(attributes, CONNECTION_TERMINATION),
      GROUP_ATTRIBUTES,
    ),
    // A target group that says `use_load_balancer_configuration` says neither.
    crossZone:
      zones.length > 0
        ? zones
        : ofBalancers(({ attributes }) => flagIn(attributes, CROSS_ZONE), BALANCER_ATTRIBUTES),
    loadBalancer: ifOneValue([...kinds, ...kindsByProtocol]),
    targetType: ifOneValue(ofGroups(typeOf, 'DescribeTargetGroups')),
    measured: measuredIn(object, found.measured),
  }
}

const GROUP_ATTRIBUTES = 'DescribeTargetGroupAttributes'
const BALANCER_ATTRIBUTES = 'DescribeLoadBalancerAttributes'

/** Makes a candidate of what AWS said; none of what it did not say. */
function sayingOf(object: ObservedObject) {
  const asked = new Date(object.witness?.asked ?? 0).toISOString()
  const unused = unusedWitness(object)
  return <T>(value: T | undefined, call: string, resource: string): readonly Candidate<T>[] => {
    if (value === undefined) return []
    const candidate = observed(value, { kind: 'aws', call, resource, asked, object: object.ref })
    return [unused === undefined ? candidate : { ...candidate, origin: { ...candidate.origin, unused } }]
  }
}

/** Target groups of several Services may be meant: the longest time comes first, so that no request is cut short. */
const longestFirst = (candidates: readonly Candidate<Seconds>[]): readonly Candidate<Seconds>[] =>
  [...candidates].sort((a, b) => b.value - a.value)

/** Several target groups may be meant, and which of them it is decides: what differs says nothing. */
const ifOneValue = <T>(candidates: readonly Candidate<T>[]): readonly Candidate<T>[] =>
  candidates.every(({ value }) => value === candidates[0]?.value) ? candidates : []

type Attributes = Readonly<Record<string, string>>

const textIn = (attributes: Attributes, key: string): string | undefined =>
  Object.hasOwn(attributes, key) ? attributes[key] : undefined

function secondsIn(attributes: Attributes, { name, range }: Attribute): Seconds | undefined {
  const count = parseCount(textIn(attributes, name) ?? '', range)
  return count === undefined ? undefined : seconds(count)
}

function flagIn(attributes: Attributes, key: string): boolean | undefined {
  const text = textIn(attributes, key)
  return text === 'true' || text === 'false' ? text === 'true' : undefined
}

/** Of an NLB it is an attribute of its listeners, which nobody asks for. */
const idleTimeoutOf = ({ type }: WitnessedLoadBalancer): Attribute =>
  type === 'network' ? NLB_IDLE_TIMEOUT : ALB_IDLE_TIMEOUT

const kindOf = ({ type }: WitnessedLoadBalancer): LoadBalancer | undefined =>
  type === 'application' ? 'alb' : type === 'network' ? 'nlb' : undefined

/** Protocols between an ALB and its targets; all others but GENEVE are those of NLBs (ELB API reference: CreateTargetGroup). */
const ALB_PROTOCOLS = ['HTTP', 'HTTPS']
const NLB_PROTOCOLS = ['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC']

function kindByProtocol({ protocol }: WitnessedTargetGroup): LoadBalancer | undefined {
  if (ALB_PROTOCOLS.includes(protocol)) return 'alb'
  return NLB_PROTOCOLS.includes(protocol) ? 'nlb' : undefined
}

const typeOf = ({ targetType }: WitnessedTargetGroup): TargetType | undefined =>
  targetType === 'ip' || targetType === 'instance' ? targetType : undefined

function measuredIn(object: ObservedObject, entries: readonly Measured[]): readonly MeasuredExposure[] {
  const { measurements, ref } = object
  if (measurements === undefined) return []
  const measuredAt = new Date(measurements.measured).toISOString()
  return entries.map((entry) => {
    const ageDays = daysSince(entry.to, object)
    return {
      ...entry,
      measuredAt,
      by: measurements.by,
      ...(ageDays === undefined ? {} : { ageDays }),
      object: ref,
    }
  })
}

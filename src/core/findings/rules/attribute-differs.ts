import { AWS_DEFAULTS } from '../../budget/terms.ts'
import {
  ALB_IDLE_TIMEOUT,
  CONNECTION_TERMINATION,
  CROSS_ZONE,
  DEREGISTRATION_DELAY,
} from '../../discovery/annotations/limits.ts'
import type { Exposure } from '../../model/exposure.ts'
import { refText } from '../../model/object-ref.ts'
import type { Candidate, Provenance } from '../../model/resolved.ts'
import { attributePaste } from '../attribute-paste.ts'
import { distinctRemarks, pasteOf, type Remark, type Rule } from '../rule.ts'

/**
 * AWS's value of an attribute is not the one that is written, or nothing is written and it is not the default: LBC sets
 * what is written, and never resets what no longer is. AWS was asked a while ago, which the message says: whether the
 * controller has reconciled since is unknown.
 */
export const attributeDiffers: Rule = {
  id: 'attribute-differs',
  check: ({ exposures }) => distinctRemarks(exposures.flatMap(remarksOn)),
}

interface Attribute {
  /** In a sentence. */
  readonly words: string
  /** AWS's key; absent: a target group's own property, which nothing changes. */
  readonly key?: string
  /** What stands for nothing written; absent: it depends on more. */
  readonly usual?: number
  readonly unit: '' | ' s'
}

function remarksOn(exposure: Exposure): readonly Remark[] {
  const { evidence, loadBalancer, targetType } = exposure
  const remarks = (attribute: Attribute, candidates: readonly Candidate<unknown>[]) =>
    remarksAbout(exposure, attribute, candidates)
  return [
    ...remarks(DELAY, evidence.deregistrationDelay),
    // Of an NLB it belongs to the listeners, which AWS is not asked about.
    ...(loadBalancer.value === 'alb' ? remarks(IDLE, evidence.idleTimeout) : []),
    ...remarks(TERMINATION, evidence.connectionTermination),
    ...remarks(ZONES, evidence.crossZone),
    ...remarks({ words: 'target type', unit: '' }, [targetType, ...targetType.alternatives]),
  ]
}

const DELAY: Attribute = {
  words: 'deregistration delay',
  key: DEREGISTRATION_DELAY.name,
  usual: AWS_DEFAULTS.deregistrationDelay,
  unit: ' s',
}
const IDLE: Attribute = {
  words: 'idle timeout',
  key: ALB_IDLE_TIMEOUT.name,
  usual: AWS_DEFAULTS.idleTimeout.alb,
  unit: ' s',
}
const TERMINATION: Attribute = { words: 'connection termination', key: CONNECTION_TERMINATION, unit: '' }
const ZONES: Attribute = { words: 'cross-zone load balancing', key: CROSS_ZONE, unit: '' }

/** What was asked too long ago to be used says nothing here either. */
function remarksAbout(
  exposure: Exposure,
  attribute: Attribute,
  candidates: readonly Candidate<unknown>[],
): readonly Remark[] {
  const used = candidates.filter(({ origin }) => origin.unused === undefined)
  const written = used.filter(({ origin }) => origin.rank === 'declared')
  return used.flatMap(({ value, origin: { source } }) => {
    if (source.kind !== 'aws' || written.some((one) => one.value === value)) return []
    const [first] = written
    if (first !== undefined) return [differing(exposure, attribute, { first, value, source })]
    const isLeft = attribute.usual !== undefined && value !== attribute.usual && !isMadeByHand(exposure)
    return isLeft ? [leftOver(exposure, attribute, { value, source })] : []
  })
}

type WitnessProvenance = Extract<Provenance, { readonly kind: 'aws' }>

interface Answer {
  readonly value: unknown
  readonly source: WitnessProvenance
}

function differing(
  { service }: Exposure,
  { words, key, unit }: Attribute,
  { first, value, source }: Answer & { readonly first: Candidate<unknown> },
): Remark {
  return {
    about: `${words} of ${nameIn(source)}`,
    message: `${words} of ${service.name}: ${placeOf(first)} says ${first.value}${unit}, AWS says ${value}${unit} (asked ${source.asked}), which counts before it: the controller has not set it since, or another tool has`,
    brief: `${words} of ${service.name}: ${first.value}${unit} written, AWS has ${value}${unit}`,
    ...(key === undefined ? { action: 'delete what no longer sends' } : {}),
    ...pasteOf(key === undefined ? undefined : commandFor(source, key, String(first.value))),
  }
}

function leftOver(
  exposure: Exposure,
  { words, key, unit, usual }: Attribute,
  { value, source }: Answer,
): Remark {
  const { name } = exposure.service
  return {
    severity: 'information',
    about: `${words} of ${nameIn(source)}`,
    message: `${words} of ${name}: nothing in the cluster says it, AWS says ${value}${unit} (asked ${source.asked}): the controller does not reset what is no longer written, and a new target group or load balancer would have ${usual}${unit}`,
    brief: `${words} of ${name}: nothing written, AWS has ${value}${unit}`,
    action: 'write down what AWS has',
    // One of a load balancer may be shared by a group: where it is best written is not known.
    ...pasteOf(key === DELAY.key ? attributePaste(exposure, `${key}=${value}`, undefined) : undefined),
  }
}

/** `NAME` of `…/NAME/ID`. */
const nameIn = ({ resource }: WitnessProvenance): string => resource.split('/').at(-2) ?? resource

const placeOf = ({ origin: { source } }: Candidate<unknown>): string => {
  if (source.kind === 'annotation') return `annotation ${source.key} of ${refText(source.object)}`
  if (source.kind === 'field') return `${source.path} of ${refText(source.object)}`
  return 'an object'
}

/** Nothing in the cluster is about the attributes of such a target group. */
const isMadeByHand = ({ because }: Exposure): boolean =>
  because.every(
    ([first]) => first !== undefined && 'object' in first && first.object.kind === 'TargetGroupBinding',
  )

/** Words that a shell takes as they are. */
const PLAIN = /^[A-Za-z0-9:/._-]+$/

/** Sets in AWS what is written. */
function commandFor({ resource, call }: WitnessProvenance, key: string, value: string): string | undefined {
  if (![resource, key, value].every((word) => PLAIN.test(word))) return undefined
  const of = call === 'DescribeLoadBalancerAttributes' ? 'load-balancer' : 'target-group'
  return `aws elbv2 modify-${of}-attributes --${of}-arn ${resource} --attributes Key=${key},Value=${value}`
}

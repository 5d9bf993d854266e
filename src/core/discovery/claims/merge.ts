import {
  type Evidence,
  type Exposure,
  type LoadBalancer,
  type Reason,
  reasonText,
  type TargetType,
} from '../../model/exposure.ts'
import { compareText } from '../../model/object-ref.ts'
import { type Candidate, type Candidates, type Rank, type Resolved, resolve } from '../../model/resolved.ts'
import { MOST_ALTERNATIVES, MOST_NOTICES, MOST_REASONS } from '../annotations/limits.ts'
import type { ServiceObject } from '../objects/discovery-object.ts'
import { assumedOf } from './assume.ts'
import type { Claim } from './claim.ts'
import { servicePort } from './identity.ts'
import { NOTHING_OBSERVED, type ObservedEvidence } from './observed-evidence.ts'
import { weightSentences } from './weight.ts'

/** Merges the claims about each target group into one exposure, sorted by id. */
export function exposuresFrom(
  claims: readonly Claim[],
  service: ServiceObject,
  observedOf: (claims: readonly Claim[]) => ObservedEvidence,
): readonly Exposure[] {
  const groups = Map.groupBy(witnessed(claims), ({ id }) => id)
  return [...groups.values()]
    .flatMap((group) => splitByType(group, service))
    .flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const group = [first, ...others] as const
      return [merged(group, service, observedOf(group))]
    })
    .sort((a, b) => compareText(a.id, b.id))
}

/**
 * If Ingresses of a group, or routes of a Gateway, declare different target types for one Service port, each type has
 * its own target group (LBC hashes the type into the name), and both send to the Pods.
 */
function splitByType(claims: readonly Claim[], service: ServiceObject): readonly (readonly Claim[])[] {
  const typeOf = ({ targetType: [best] }: Claim): TargetType => best.value
  const declared = claims.filter(({ targetType: [best] }) => isDeclared(best)).map(typeOf)
  if (new Set(declared).size < 2 || assumedOf(service) !== undefined) return [claims]
  return [...Map.groupBy(claims, typeOf)].map(([type, some]) =>
    some.map((claim) => ({ ...claim, id: `${claim.id}, ${type} targets` })),
  )
}

/** The controller's argument applies to a claim that declares no type itself. */
const isDeclared = (candidate: Candidate<TargetType>): boolean =>
  candidate.origin.rank === 'declared' || isByArgument(candidate)

const isByArgument = ({ origin }: Candidate<TargetType>): boolean => origin.source.kind === 'argument'

/** An argument shows what the controller would create now, a binding what it has created. */
const argumentsLast = ([first, ...others]: Candidates<TargetType>): Candidates<TargetType> => {
  const sorted = [first, ...others].sort((a, b) => Number(isByArgument(a)) - Number(isByArgument(b)))
  return [sorted[0] ?? first, ...sorted.slice(1)]
}

/**
 * A witness about the same Service and port as another claim of its controller is about that claim's target group. If
 * several claims match, the witness is added to each: which one it is about is unknown.
 */
function witnessed(claims: readonly Claim[]): readonly Claim[] {
  const about = ({ controller, port }: Claim): string => `${controller} ${port}`
  const others = Map.groupBy(
    claims.filter(({ isWitness }) => isWitness !== true),
    about,
  )
  const heard = new Map<string, number>()
  return claims.flatMap((claim) => {
    if (claim.isWitness !== true) return [claim]
    const found = sameKind(others.get(about(claim)) ?? [], claim)
    if (found.length === 0) return [claim]
    // Each witness is added to every match: of thousands, the first ones are enough.
    const before = heard.get(about(claim)) ?? 0
    heard.set(about(claim), before + 1)
    return before < MOST_ALTERNATIVES ? found.map((other) => speakingOf(other, claim)) : []
  })
}

/** A witness that knows its kind of load balancer is about claims of that kind, if there are any. */
function sameKind(claims: readonly Claim[], { loadBalancer: [seen] }: Claim): readonly Claim[] {
  if (seen.origin.rank !== 'observed') return claims
  const same = claims.filter(({ loadBalancer: [own] }) => own.value === seen.value)
  return same.length > 0 ? same : claims
}

/** If a witness only assumes the kind of load balancer, the other claim knows better. */
function speakingOf({ id, loadBalancer }: Claim, witness: Claim): Claim {
  if (witness.loadBalancer[0].origin.rank === 'observed') return { ...witness, id }
  const assumed = witness.assumed.filter(({ about }) => about !== 'loadBalancer')
  return { ...witness, id, loadBalancer, assumed }
}

function merged(
  claims: readonly [Claim, ...Claim[]],
  service: ServiceObject,
  observed: ObservedEvidence,
): Exposure {
  const [first, ...others] = claims
  const settled = assumedOf(service)
  const targetGroup = claims.find((claim) => claim.targetGroup !== undefined)?.targetGroup
  const loadBalancer = best(
    candidates<LoadBalancer>(
      [...given(settled?.loadBalancer), ...observed.loadBalancer],
      first.loadBalancer,
      others.flatMap((claim) => claim.loadBalancer),
    ),
  )
  const targetType = best(
    argumentsLast(
      candidates<TargetType>(
        [...given(settled?.targetType), ...observed.targetType],
        first.targetType,
        others.flatMap((claim) => claim.targetType),
      ),
    ),
  )
  const port = servicePort(service, first.port)
  const ranks = { loadBalancer: loadBalancer.origin.rank, targetType: targetType.origin.rank }
  return {
    id: first.id,
    service: service.ref,
    ...(port === undefined ? {} : { port }),
    loadBalancer,
    targetType,
    externalTrafficPolicy: service.externalTrafficPolicy,
    controller: first.controller,
    ...(targetGroup === undefined ? {} : { targetGroup }),
    evidence: withObserved(mergedEvidence(claims), observed),
    because: mergedReasons(claims),
    assumptions: openAssumptions(claims, ranks),
    publishNotReadyAddresses: service.publishNotReadyAddresses,
    selectsOnePod: ORDINAL_LABELS.some((label) => label in service.selector),
    otherClusters: claims.some(({ otherClusters }) => otherClusters === true),
  }
}

/** The best candidate, and at most MOST_ALTERNATIVES of the others. */
function best<T>(all: Candidates<T>): Resolved<T> {
  const { alternatives, ...winner } = resolve(all)
  return { ...winner, alternatives: alternatives.slice(0, MOST_ALTERNATIVES) }
}

/** The StatefulSet controller sets them on each of its Pods (Kubernetes: labels, annotations and taints). */
export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
export const ORDINAL_LABELS: readonly string[] = [POD_NAME_LABEL, 'apps.kubernetes.io/pod-index']

/** The value of the annotation first and what AWS says, then the candidates in the order of the claims, each once. */
function candidates<T>(
  before: readonly Candidate<T>[],
  first: Candidates<T>,
  others: readonly Candidate<T>[],
): Candidates<T> {
  const [best, ...rest] = distinct([...before, ...first, ...others])
  return best === undefined ? first : [best, ...rest]
}

const given = <T>(one: T | undefined): readonly T[] => (one === undefined ? [] : [one])

/** What AWS says comes first: of one rank, the first counts. */
const withObserved = (evidence: Evidence, observed: ObservedEvidence): Evidence =>
  observed === NOTHING_OBSERVED
    ? evidence
    : {
        ...evidence,
        deregistrationDelay: [...observed.deregistrationDelay, ...evidence.deregistrationDelay],
        idleTimeout: [...observed.idleTimeout, ...evidence.idleTimeout],
        connectionTermination: [...observed.connectionTermination, ...evidence.connectionTermination],
        crossZone: [...observed.crossZone, ...evidence.crossZone],
        measured: observed.measured,
      }

/** Most lists have at most one item: not worth a comparison. */
const distinct = <T>(items: readonly T[]): readonly T[] =>
  items.length < 2 ? items : [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]

const TERMS = [
  'deregistrationDelay',
  'idleTimeout',
  'healthInterval',
  'healthTimeout',
  'unhealthyThreshold',
  'healthyThreshold',
] as const satisfies readonly (keyof Evidence)[]

function mergedEvidence(claims: readonly Claim[]): Evidence {
  const [delay, idle, interval, timeout, threshold, healthy] = TERMS
  return {
    [delay]: together(claims, (evidence) => evidence[delay]),
    [idle]: together(claims, (evidence) => evidence[idle]),
    [interval]: together(claims, (evidence) => evidence[interval]),
    [timeout]: together(claims, (evidence) => evidence[timeout]),
    [threshold]: together(claims, (evidence) => evidence[threshold]),
    [healthy]: together(claims, (evidence) => evidence[healthy]),
    connectionTermination: eachOnce(claims, (evidence) => evidence.connectionTermination),
    crossZone: eachOnce(claims, (evidence) => evidence.crossZone),
    measured: [],
    healthChecks: eachOnce(claims, (evidence) => evidence.healthChecks),
  }
}

/**
 * Ingresses of one group may disagree about a Service. The longest time comes first, so that no request is cut short.
 */
const together = <T extends number>(
  claims: readonly Claim[],
  term: (evidence: Evidence) => readonly Candidate<T>[],
): readonly Candidate<T>[] =>
  [...distinct(claims.flatMap(({ evidence }) => term(evidence)))]
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST_ALTERNATIVES)

/** Most target groups have one claim with anything to say: its own list serves. */
function eachOnce<T>(claims: readonly Claim[], part: (evidence: Evidence) => readonly T[]): readonly T[] {
  const [first = [], ...others] = claims
    .map(({ evidence }) => part(evidence))
    .filter(({ length }) => length > 0)
  return others.length === 0 ? first : distinct([first, ...others].flat()).slice(0, MOST_ALTERNATIVES)
}

function mergedReasons(claims: readonly [Claim, ...Claim[]]): readonly [Reason, ...Reason[]] {
  // To show MOST_REASONS of them, twice as many are enough to compare.
  const ways = claims.flatMap(({ because }) => because).slice(0, 2 * MOST_REASONS)
  const byText = new Map(ways.map((reason) => [reasonText(reason), reason]))
  const sorted = [...byText].sort(([a], [b]) => compareText(a, b)).map(([, reason]) => reason)
  const [first = claims[0].because[0], ...others] = sorted.slice(0, MOST_REASONS)
  return [first, ...others]
}

/** The sentences about questions that only an assumption answers. */
function openAssumptions(
  claims: readonly Claim[],
  ranks: Readonly<Record<'loadBalancer' | 'targetType', Rank>>,
): readonly string[] {
  const assumed = claims.flatMap((claim) => claim.assumed)
  const texts = assumed
    .filter(({ about }) => about === 'reference' || ranks[about] === 'assumed')
    .map(({ text }) => text)
  return [...new Set([...texts, ...weightSentences(claims)])].sort(compareText).slice(0, MOST_NOTICES)
}

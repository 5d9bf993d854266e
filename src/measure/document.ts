import { enoughOf, measuredParts } from '../core/budget/measured-terms.ts'
import type { GroupMeasurement, LostRequest, Measurement } from '../core/measurement/measurement.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Sample } from '../core/model/observed.ts'
import { seconds } from '../core/model/seconds.ts'
import { given } from '../kubernetes/json.ts'
import type { WorkloadEntry } from '../report/schema.ts'
import { assumedSleep, sleepOf } from './measured-sleep.ts'
import type { LoadBalancerEntry, LostEntry, MeasuredEntry, SleepEntry, TargetGroupEntry } from './schema.ts'
import { statementOf } from './statement.ts'

/** A measurement as data: times as RFC 3339, with the sleep that it would give. */

/** What the reports say of the workloads, and the logs of whose target group is which. */
interface GroupContext {
  readonly workloads: readonly WorkloadEntry[]
  /** Departures that a measurement must be from to be used. */
  readonly enough: number
  /** @param targetGroup undefined: requests whose line names none. */
  readonly workloadsOf: (targetGroup: string | undefined) => readonly ObjectRef[]
}

type PartsOf = NonNullable<Parameters<typeof sleepOf>[2]>['partsOf']

interface EntryContext extends GroupContext {
  readonly partsOf: PartsOf
}

/** The load balancers, the one with the most departures first, each with its target groups. */
export function loadBalancerEntries(
  measurement: Measurement,
  groups: GroupContext,
): readonly LoadBalancerEntry[] {
  const { loadBalancers, targetGroups } = measurement
  const context = { ...groups, partsOf: partsIn(measurement, groups.enough) }
  const members = Map.groupBy(targetGroups, ({ loadBalancer }) => loadBalancer)
  return [...loadBalancers].sort(byDepartures).map((one) => {
    const own = [...(members.get(one.loadBalancer) ?? [])]
      .sort(byDepartures)
      .map((group) => targetGroupEntry(group, context))
    const sleep = balancerSleep(one, own, context)
    return {
      loadBalancer: one.loadBalancer,
      ...measuredEntry(one, sleep, context.enough),
      targetGroups: own,
    }
  })
}

/** What was measured of a target group by its ARN. */
function partsIn({ loadBalancers, targetGroups }: Measurement, enough: number): PartsOf {
  const partsOf = (group: GroupMeasurement | undefined) => group && measuredParts(enoughOf(group, enough))
  const balancers = new Map(loadBalancers.map((one) => [one.loadBalancer, partsOf(one)]))
  const groups = new Map(targetGroups.map((one) => [one.targetGroup, one]))
  return (arn) => {
    const group = groups.get(arn)
    if (group === undefined) return undefined
    return { ...given('own', partsOf(group)), ...given('balancer', balancers.get(group.loadBalancer)) }
  }
}

const byDepartures = (a: GroupMeasurement, b: GroupMeasurement): number =>
  b.departures - a.departures || b.requests - a.requests

function targetGroupEntry(group: GroupMeasurement, context: EntryContext): TargetGroupEntry {
  const workloads = context.workloadsOf(group.targetGroup)
  const measured = { workloads, targetGroups: group.targetGroup === undefined ? [] : [group.targetGroup] }
  return {
    targetGroup: group.targetGroup ?? '',
    services: servicesOf(workloads, context),
    workloads: [...workloads],
    ...measuredEntry(group, sleepFor(group, measured, context), context.enough),
  }
}

/** Services of these workloads that an ALB sends to; of a workload with several target groups it is not known which it is. */
function servicesOf(workloads: readonly ObjectRef[], context: EntryContext): string[] {
  const exposures = workloads.flatMap((ref) => entryOf(ref, context)?.exposures ?? [])
  const services = exposures
    .filter(({ loadBalancer, targetType }) => loadBalancer.value === 'alb' && targetType.value === 'ip')
    .map(({ service: { namespace, name } }) => `${namespace}/${name}`)
  return [...new Set(services)]
}

const entryOf = (ref: ObjectRef, { workloads }: EntryContext): WorkloadEntry | undefined =>
  workloads.find(
    ({ kind, namespace, name }) => kind === ref.kind && namespace === ref.namespace && name === ref.name,
  )

/** Whose measurement it is. */
interface Owners {
  readonly workloads: readonly ObjectRef[]
  /** ARNs; empty: the logs name none. */
  readonly targetGroups: readonly string[]
}

/** Of the workload that needs the longest; without any that a report has, with Slackwater's defaults. */
function sleepFor(
  group: GroupMeasurement,
  { workloads, targetGroups }: Owners,
  context: EntryContext,
): SleepEntry | undefined {
  const measured = measuredParts(enoughOf(group, context.enough))
  if (measured === undefined) return undefined
  const others = { targetGroups, partsOf: context.partsOf }
  const sleeps = workloads.flatMap((ref) => {
    const entry = entryOf(ref, context)
    return (entry && sleepOf(entry, measured, others)) ?? []
  })
  return sleeps.length === 0 ? assumedSleep(measured) : longestOf(sleeps)
}

const longestOf = (sleeps: readonly SleepEntry[]): SleepEntry =>
  sleeps.reduce((most, next) => (next.measuredSeconds > most.measuredSeconds ? next : most))

/**
 * Of a load balancer: the longest that one of its target groups needs, of those that a report knows if there are any. One with
 * too few departures of its own needs what all of the load balancer together show.
 */
function balancerSleep(
  one: GroupMeasurement,
  groups: readonly TargetGroupEntry[],
  context: EntryContext,
): SleepEntry | undefined {
  const own = groups.flatMap(({ sleep }) => sleep ?? [])
  const thin = groups.filter(({ departures, sleep }) => departures > 0 && sleep === undefined)
  const owners = {
    workloads: thin.flatMap(({ workloads }) => workloads),
    targetGroups: thin.map(({ targetGroup }) => targetGroup),
  }
  const whole = thin.length > 0 || own.length === 0 ? sleepFor(one, owners, context) : undefined
  const sleeps = whole === undefined ? own : [...own, whole]
  const known = sleeps.filter(({ assumed }) => !assumed)
  const of = known.length > 0 ? known : sleeps
  return of.length === 0 ? undefined : longestOf(of)
}

function measuredEntry(
  group: GroupMeasurement,
  sleep: SleepEntry | undefined,
  enough: number,
): MeasuredEntry {
  const { departures, silent, requests, losses, unrelated, answered } = group
  return {
    ...{ departures, silent, requests },
    ...(departures > 0 ? { from: instant(group.from), to: instant(group.to) } : {}),
    ...given('lastRequest', rounded(group.lastRequest)),
    ...given('controller', rounded(group.controller)),
    ...given('propagation', rounded(group.propagation)),
    ...given('resolutionSeconds', group.resolution && round(group.resolution)),
    ...given('seenSeconds', seenIn(group)),
    ...given('terms', termsEntry(group, enough)),
    statement: statementOf(group, enough, basisOf(group, enough)),
    ...given('sleep', sleep),
    losses: { ...losses },
    lost: group.lost.map(lostEntry),
    ...{ unrelated, answered },
    lasts: group.lasts.map(round),
  }
}

function termsEntry(group: GroupMeasurement, enough: number): MeasuredEntry['terms'] {
  const parts = measuredParts(enoughOf(group, enough))
  if (parts === undefined) return undefined
  const { C, P, basis } = parts
  return { ...given('controllerSeconds', C), propagationSeconds: P(C ?? seconds(0)).value, basis }
}

/** From when on the time counts that is told: as the sleep is computed; of too few departures from the deletion, if one is known. */
const basisOf = (group: GroupMeasurement, enough: number): 'deletion' | 'deregistration' =>
  measuredParts(enoughOf(group, enough))?.basis ??
  (group.lastRequest === undefined ? 'deregistration' : 'deletion')

const seenIn = ({ seen }: GroupMeasurement): number | undefined => {
  const longest = seen.lastRequest ?? seen.propagation
  return longest === undefined ? undefined : round(longest)
}

const rounded = (sample: Sample | undefined): Sample | undefined =>
  sample && { n: sample.n, median: round(sample.median), p95: round(sample.p95), max: round(sample.max) }

/** Milliseconds: access logs have no more. Up, so that a maximum never says less than was seen. */
const round = (seconds: number): number => Math.ceil(Number((seconds * 1000).toFixed(3))) / 1000

function lostEntry(lost: LostRequest): LostEntry {
  const { status, cause, trace, target, after } = lost
  const { pod, workload, ip, port } = target ?? {}
  return {
    at: instant(lost.at),
    answered: instant(lost.answered),
    ...{ status, cause, trace },
    ...given('target', ip && `${ip.includes(':') ? `[${ip}]` : ip}${port === undefined ? '' : `:${port}`}`),
    ...given('pod', pod && `${pod.namespace}/${pod.name}`),
    ...given('workload', workload),
    ...given('afterSeconds', after === undefined ? undefined : round(after)),
    missing: [...(target?.missing ?? [])],
  }
}

/** The ends of what RFC 3339 can write: a log may hold any digits. Milliseconds since 1970. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

export const instant = (at: number): string => new Date(Math.min(Math.max(0, at), LAST)).toISOString()

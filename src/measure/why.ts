import type { LeavingTarget } from '../core/measurement/leaving-target.ts'
import type { LossCause, LostRequest, Measurement } from '../core/measurement/measurement.ts'
import type { RequestSeen } from '../core/measurement/request-seen.ts'
import { instant } from './document.ts'
import type { FailuresWithin } from './failures.ts'
import type { MomentEntry, WhyEntry } from './schema.ts'
import type { TimeSpan } from './time-span.ts'

/** Before and after the asked time: a request that fails there may belong to the same departure. Milliseconds; a choice. */
const AROUND = 60_000

/** Moments that are listed. A choice. */
const MOST = 200

export const aroundOf = ({ from, to }: TimeSpan): TimeSpan => ({ from: from - AROUND, to: to + AROUND })

interface Asked {
  /** As it was given. */
  readonly time: string
  readonly failures: FailuresWithin
  readonly measurement: Measurement
  readonly leaving: readonly LeavingTarget[]
}

/** What happened around a time: the failed requests, each with its reason, between what happened to the Pods. */
export function whyEntry({ time, failures, measurement, leaving }: Asked): WhyEntry {
  const { span, count } = failures
  const lost = new Map(
    measurement.loadBalancers
      .flatMap((one) => one.lost)
      .filter(({ at, answered }) => answered >= span.from && at <= span.to)
      .map((one) => [keyOf(one), one]),
  )
  const moments = [
    ...failures.kept.map((request) => failureMoment(request, lost.get(keyOf(request)))),
    ...leaving.flatMap((one) => momentsOf(one, span)),
  ].sort((a, b) => a.at - b.at)
  return {
    asked: time,
    from: instant(span.from),
    to: instant(span.to),
    text: answerText(count, failures.kept, lost),
    failed: count,
    moments: moments.slice(0, MOST).map(({ at, ...rest }) => ({ at: instant(at), ...rest })),
    more: Math.max(0, moments.length - MOST) + count - failures.kept.length,
  }
}

type Moment = Omit<MomentEntry, 'at'> & { readonly at: number }

/** A trace is one request's own; a line without one is told by its times. */
const keyOf = ({ trace, at, answered, status }: LostRequest | RequestSeen): string =>
  trace === '' || trace === '-' ? `${at} ${answered} ${status}` : trace

const CAUSES: Readonly<Record<LossCause, string>> = {
  reset: 'the target refused or closed the connection',
  connect: 'the address no longer answered',
  nobody: 'no target was left',
  other: 'the load balancer’s own answer',
}

function failureMoment(request: RequestSeen, lost: LostRequest | undefined): Moment {
  const { answered, status, target = 'no target' } = request
  const after = lost?.after === undefined ? '' : `, ${short(lost.after)} s after it began to leave`
  const pod = lost?.target?.pod
  const whose = pod === undefined ? '' : ` (Pod ${pod.namespace}/${pod.name}${after})`
  const why = lost === undefined ? unrelatedText(request) : CAUSES[lost.cause]
  return { at: answered, text: `${status} at ${target}${whose}: ${why}`, bad: true }
}

const short = (seconds: number): string => String(Math.round(seconds * 10) / 10)

/** Nothing that left was behind it. */
const unrelatedText = ({ status, targetStatus }: RequestSeen): string =>
  targetStatus === status
    ? 'the application’s own answer'
    : 'the load balancer’s answer at a target that was not leaving, as far as is known'

/** What happened to one target within the time. */
function momentsOf(one: LeavingTarget, { from, to }: TimeSpan): readonly Moment[] {
  const { pod, ip, missing, slept, deleted } = one
  const name = pod === undefined ? `address ${ip}` : `Pod ${pod.namespace}/${pod.name} (${ip})`
  const lacks = missing.length === 0 ? '' : `: it ${missing.join('; it ')}`
  const known: readonly (readonly [number | undefined, string])[] = [
    [deleted, `${name} is deleted${lacks}`],
    [one.deregistering, `${name}: the controller calls DeregisterTargets`],
    [one.deregistered, `${name}: DeregisterTargets has returned`],
    [slept === undefined || deleted === undefined ? undefined : deleted + slept * 1000, `${name} gets SIGTERM`],
    [one.ended, `${name}: its last container has ended`],
    [one.gone, `${name} is gone`],
    [one.reused, `address ${ip} is registered again, for another Pod`],
  ]
  return known.flatMap(([at, text]) =>
    at !== undefined && at >= from && at <= to ? [{ at, text, bad: false }] : [],
  )
}

function answerText(
  count: number,
  kept: readonly RequestSeen[],
  lost: ReadonlyMap<string, LostRequest>,
): string {
  if (count === 0) return 'No request was answered with 500 or above in this time.'
  const explained = kept.filter((one) => lost.has(keyOf(one)))
  const pods = new Set(explained.flatMap((one) => lost.get(keyOf(one))?.target?.ip ?? []))
  const own = kept.filter((one) => !lost.has(keyOf(one)) && one.targetStatus === one.status).length
  const rest = kept.length - explained.length - own
  const parts = [
    ...(explained.length > 0 ? [`${explained.length} at ${pods.size} targets that were leaving or had left`] : []),
    ...(own > 0 ? [`${own} that the application itself gave`] : []),
    ...(rest > 0 ? [`${rest} that no departure explains`] : []),
  ]
  return `${count} requests were answered with 500 or above: ${parts.join(', ')}.`
}


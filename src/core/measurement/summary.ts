import type { Sample } from '../model/observed.ts'
import type { Coverage } from './coverage.ts'
import { estimateEnd, type LastRequest, resolutionOf, sampleOf } from './estimate.ts'
import type { Flow, Group, Lost } from './group.ts'
import { SERVING, SKEW, type TargetLeave } from './leave.ts'
import type { GroupMeasurement, LossCause } from './measurement.ts'
import { SILENCE } from './silence.ts'

const SECOND = 1_000

/** Last requests that are listed. A choice: enough for a histogram. */
const LISTED = 1_000

interface Part {
  readonly group: Group
  readonly lost: Lost
  readonly silent: number
}

/** A departure that says something. */
interface Counted {
  readonly leave: TargetLeave
  readonly flow: Flow
}

/** One target group, or all of a load balancer together; a Pod in two target groups counts in each. */
export function summaryOf(parts: readonly Part[], coverage: Coverage): GroupMeasurement {
  const groups = parts.map(({ group }) => group)
  const counted = groups.flatMap((group) => countedIn(group, coverage))
  const total = (of: (group: Group) => number): number => groups.reduce((sum, group) => sum + of(group), 0)
  const starts = counted.map(({ leave }) => leave.start)
  return {
    loadBalancer: groups[0]?.loadBalancer ?? '',
    from: least(starts) ?? least(groups.map(({ from }) => from)) ?? 0,
    to: most(starts) ?? most(groups.map(({ to }) => to)) ?? 0,
    ...timesOf(counted),
    departures: counted.length,
    silent:
      total(({ flows }) => flows.size) - counted.length + parts.reduce((sum, { silent }) => sum + silent, 0),
    requests: total(({ requests }) => requests),
    lost: parts.flatMap(({ lost }) => lost.requests).sort((a, b) => a.at - b.at),
    losses: addUp(parts),
    unrelated: total(({ unrelated }) => unrelated),
    answered: total(({ answered }) => answered),
  }
}

/**
 * Where no request came after any departure, the targets had all left before: a load balancer takes seconds to stop, so of
 * some departures there is always one. Argo Rollouts deletes Pods of a blue-green rollout 30 s after it has switched the Service.
 */
function countedIn(group: Group, coverage: Coverage): readonly Counted[] {
  const counted = [...group.flows].flatMap(([leave, flow]) =>
    isCounted(group, leave, flow, coverage) ? { leave, flow } : [],
  )
  const whole = counted.filter((one) => !isBrokenOff(one))
  const longest = most(whole.map(lastOf)) ?? 0
  const shown = counted.filter((one) => !isBrokenOff(one) || lastOf(one) > longest)
  return shown.some(({ flow }) => flow.last !== undefined) ? shown : []
}

const lastOf = ({ leave: { start }, flow: { last = start } }: Counted): number => last - start

/**
 * Whether its address was registered again while requests may still have come because of it: a Pod that was not ready for
 * some seconds. Such a one shows that they came for so long at least.
 */
const isBrokenOff = ({ leave: { start, target }, flow: { last = start } }: Counted): boolean =>
  target.reused !== undefined && target.reused - last < SILENCE

function isCounted({ loadBalancer }: Group, leave: TargetLeave, flow: Flow, coverage: Coverage): boolean {
  const isApart = !leave.isOvertaken || flow.reused !== undefined
  const isServing = flow.last !== undefined || isServedTo(leave, flow)
  return isApart && isServing && !isStrange(flow) && coverage.covers(loadBalancer, leave.start)
}

/**
 * Whether the address was another one's all along: it answered on without a failure, though the containers had ended.
 * Another VPC may have the same addresses, and a Pod with the host's network the address of a node that is a target itself.
 */
function isStrange({ served = 0, answered = 0, hasFailed, reused }: Flow): boolean {
  return hasFailed === undefined && reused !== undefined && reused - Math.max(served, answered) < SILENCE
}

/** Times the mean time between two requests after which a target gets no more: with chance alone, once in 20 times (e^−3). */
const QUIET = 3

/**
 * Whether requests came until it left. A target that left before shows nothing of how long they go on: a handover takes a
 * Pod out of its Services long before it deletes it, and a ledger alone has only the deletion.
 */
function isServedTo({ start }: TargetLeave, { before, served }: Flow): boolean {
  if (served === undefined) return false
  const gap = (served - (start - SERVING)) / before
  return start - served <= QUIET * gap
}

type Times = Pick<
  GroupMeasurement,
  'lastRequest' | 'propagation' | 'controller' | 'resolution' | 'seen' | 'lasts'
>

/**
 * Times of the cluster are whole seconds, the fraction cut off (metav1.Time; the controller's log has seconds by default): a
 * duration from one of them is up to a second too long. Between two of them it is as often too short, so that the longest of
 * many is not; and C with P is never shorter than the last request.
 */
function timesOf(counted: readonly Counted[]): Times {
  const deletions = counted.flatMap(({ leave, flow }) =>
    isByDeletion(leave) ? lastAfter(flow, leave.target.deleted) : [],
  )
  const calls = counted.flatMap(({ leave, flow }) => lastAfter(flow, leave.target.deregistered))
  const controller = sampleOf(
    counted.flatMap(({ leave }) => (isByDeletion(leave) ? controllerTime(leave) : [])),
  )
  const resolution = resolutionOf(counted.map(({ flow }) => ({ after: 0, gap: gapOf(flow) })))
  const [lastRequest, propagation] = [estimated(deletions), estimated(calls)]
  return {
    ...(lastRequest === undefined ? {} : { lastRequest: lastRequest.sample }),
    ...(propagation === undefined ? {} : { propagation: propagation.sample }),
    ...(controller === undefined ? {} : { controller }),
    ...(resolution === undefined ? {} : { resolution }),
    seen: {
      ...(lastRequest === undefined ? {} : { lastRequest: lastRequest.longest }),
      ...(propagation === undefined ? {} : { propagation: propagation.longest }),
    },
    lasts: listed(
      counted.map(({ leave: { target, start }, flow }) =>
        secondsAfter(flow, target.deleted ?? target.deregistered ?? start),
      ),
    ),
  }
}

interface Timed extends LastRequest {
  readonly isWhole: boolean
}

/** It was deregistered because it was deleted, not long before: by a handover, or for failing its readiness probe. */
const isByDeletion = ({ target: { deleted, deregistered } }: TargetLeave): boolean =>
  deleted !== undefined && (deregistered === undefined || deregistered >= deleted - SKEW)

const isWholeSecond = (time: number): boolean => time % SECOND === 0

function lastAfter(flow: Flow, origin: number | undefined): readonly Timed[] {
  if (origin === undefined) return []
  return [{ after: secondsAfter(flow, origin), gap: gapOf(flow), isWhole: isWholeSecond(origin) }]
}

const secondsAfter = ({ last }: Flow, origin: number): number =>
  last === undefined ? 0 : Math.max(0, last - origin) / SECOND

const gapOf = ({ before }: Flow): number => SERVING / SECOND / before

function controllerTime({ target: { deleted, deregistered } }: TargetLeave): readonly number[] {
  if (deleted === undefined || deregistered === undefined) return []
  // Only its end was cut: too short each time.
  const isShort = isWholeSecond(deregistered) && !isWholeSecond(deleted)
  const latest = isShort ? deregistered + SECOND : deregistered
  return [Math.max(0, latest - deleted) / SECOND]
}

function estimated(
  lasts: readonly Timed[],
): { readonly sample: Sample; readonly longest: number } | undefined {
  const times = lasts.map(({ after }) => after)
  const cut = lasts.filter(({ isWhole }) => isWhole).length / lasts.length
  const [sample, longest] = [sampleOf(times), most(times)]
  if (sample === undefined || longest === undefined) return undefined
  // Where origins are cut, what was seen is up to a second too long.
  const max = estimateEnd(lasts, cut)
  const p95 = Math.min(sample.p95, max)
  return {
    sample: { ...sample, p95, median: Math.min(sample.median, p95), max },
    longest: Math.min(longest, max),
  }
}

/** Of many only some, evenly over their ranks, the longest among them. */
function listed(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length <= LISTED) return sorted
  const step = (sorted.length - 1) / (LISTED - 1)
  return Array.from({ length: LISTED }, (_, index) => sorted[Math.round(index * step)] ?? 0)
}

function addUp(parts: readonly Part[]): Readonly<Record<LossCause, number>> {
  const sum = { reset: 0, connect: 0, nobody: 0, other: 0 }
  for (const { lost } of parts)
    for (const cause of Object.keys(sum) as LossCause[]) sum[cause] += lost.losses[cause]
  return sum
}

const least = (values: readonly number[]): number | undefined => chosen(values, Math.min)
const most = (values: readonly number[]): number | undefined => chosen(values, Math.max)

/** Not by spreading: there may be more of them than arguments. */
const chosen = (values: readonly number[], of: (a: number, b: number) => number): number | undefined =>
  values.reduce<number | undefined>((best, next) => (best === undefined ? next : of(best, next)), undefined)

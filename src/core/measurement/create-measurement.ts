import { Addresses } from './addresses.ts'
import { Coverage } from './coverage.ts'
import { Group, type Suspect } from './group.ts'
import { goneSpan, SERVING, startOf, type TargetLeave } from './leave.ts'
import type { LeavingTarget } from './leaving-target.ts'
import { causeOf, isServerError, isWithoutTarget } from './losses.ts'
import type { Measurement } from './measurement.ts'
import type { Measuring, MeasuringOptions } from './measuring.ts'
import type { RequestSeen } from './request-seen.ts'
import { Settling } from './settling.ts'
import { isWithin, type Spans, spansOf } from './spans.ts'

/**
 * Requests that may have been lost and are kept one by one until the end, where it shows which really were: some 500 bytes
 * each. A choice. Later ones are judged by what is known when they come, and only counted.
 */
const KEPT = 50_000

/** 5xx of the span that was asked for. A choice: far more than anybody reads. */
const KEPT_ERRORS = 10_000

const SERVER_ERROR = 500

/** @param leaving whatever is known to have left, in any order; an address may be there many times. */
export function createMeasurement(
  leaving: readonly LeavingTarget[],
  { span, kept = KEPT }: MeasuringOptions = {},
): Measuring {
  const dated = leaving.filter((target) => startOf(target) !== undefined)
  const addresses = new Addresses(dated)
  const coverage = new Coverage()
  const groups = new Groups()
  const suspects: Suspect[] = []
  const errors: Suspect[] = []
  const settling = new Settling({ leaves: addresses.leaves, coverage })
  // A target group without any target for weeks has as many 503 as requests: those far from any departure need no room.
  const departing = spansOf(addresses.leaves.map(goneSpan))

  const keep = (suspect: Suspect): void => {
    if (suspects.length < kept) suspects.push(suspect)
    else settling.countNow(suspect)
  }

  const take = (request: RequestSeen): void => {
    const group = groups.of(request)
    const suspect = file(request, group, addresses)
    if (isServerError(request) && span !== undefined && touches(request, span) && errors.length < KEPT_ERRORS)
      errors.push(suspect)
    if (suspect.cause !== undefined || isOpen(suspect, departing)) keep(suspect)
    else if (isServerError(request)) group[request.targetStatus === undefined ? 'unrelated' : 'answered'] += 1
  }

  return {
    wants: (loadBalancer, target, answered, status) => {
      coverage.note(loadBalancer, answered)
      return status >= SERVER_ERROR || addresses.matters(target, answered)
    },
    take,
    end: (): Measurement =>
      settling.end({ suspects, errors, groups: groups.all(), undated: leaving.length - dated.length }),
  }
}

const touches = ({ at, answered }: RequestSeen, { from, to }: { from: number; to: number }): boolean =>
  answered >= from && at <= to

/** What only the rest of the logs can tell: whether targets left then, and whether the address was another Pod's by then. */
const isOpen = ({ request, leave }: Suspect, departing: Spans): boolean =>
  (isWithoutTarget(request) && isWithin(departing, request.answered)) ||
  (leave !== undefined && isAfterEnd(leave, request) && isUnclaimed(request))

const isAfterEnd = ({ end }: TargetLeave, { at }: RequestSeen): boolean => end !== undefined && at >= end

const isUnclaimed = ({ targetStatus }: RequestSeen): boolean => targetStatus === undefined

/** Files a request under the departures that it is for. */
function file(request: RequestSeen, group: Group, addresses: Addresses): Suspect {
  const { at, answered, target, targetGroup = '' } = request
  if (at < group.from) group.from = at
  if (answered > group.to) group.to = answered
  const match = target === undefined ? undefined : addresses.find(target, targetGroup, at, answered)
  if (match === undefined) return { request, group }
  group.requests += 1
  const { leave, next } = match
  if (next !== undefined) group.serve(next, at)
  if (leave === undefined) return { request, group }
  note(request, group, leave)
  const cause = causeOf(leave, request)
  if (cause !== undefined) group.flowOf(leave).hasFailed = true
  return { request, group, leave, ...(cause === undefined ? {} : { cause }) }
}

function note(request: RequestSeen, group: Group, leave: TargetLeave): void {
  const { at, targetStatus } = request
  const isAnswered = targetStatus !== undefined && targetStatus < SERVER_ERROR
  if (at < leave.start) {
    if (at >= leave.start - SERVING) group.serve(leave, at)
  } else if (!isAfterEnd(leave, request)) group.reach(leave, at, isAnswered)
  else if (isAnswered) {
    const flow = group.flowOf(leave)
    flow.reused = Math.min(flow.reused ?? at, at)
  }
}

/** Target groups by their load balancer. */
class Groups {
  readonly #byLoadBalancer = new Map<string, Map<string, Group>>()

  of({ loadBalancer, targetGroup }: RequestSeen): Group {
    let own = this.#byLoadBalancer.get(loadBalancer)
    if (own === undefined) {
      own = new Map()
      this.#byLoadBalancer.set(loadBalancer, own)
    }
    let group = own.get(targetGroup ?? '')
    if (group === undefined) {
      group = new Group(loadBalancer, targetGroup)
      own.set(targetGroup ?? '', group)
    }
    return group
  }

  all(): readonly Group[] {
    return [...this.#byLoadBalancer.values()].flatMap((own) => [...own.values()])
  }
}

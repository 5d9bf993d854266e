import type { LeavingTarget } from './leaving-target.ts'

/** Milliseconds. */
const SECOND = 1_000

/**
 * How far the clocks of a cluster and of AWS may differ. A choice: both keep theirs within milliseconds (Amazon Time
 * Sync), and two seconds are what a machine without it may be off. What they differ by goes into every time from a deletion.
 */
export const SKEW = 2 * SECOND

/**
 * How long after it left a request can still be for the target: AWS's default deregistration delay (300 s), after which the
 * load balancer holds no connection to it.
 */
export const WINDOW = 300 * SECOND

/** How long before it left requests count for the time between two of them. A choice. */
export const SERVING = 60 * SECOND

/** One departure, with what it is measured from. Milliseconds since 1970. */
export interface TargetLeave {
  readonly target: LeavingTarget
  /** The first sign of it: deletion or deregistration. */
  readonly start: number
  /** No request from then on is its own, as far as is known before any log is read. */
  readonly until: number
  /** Its containers had ended for certain: an answer to a request from then on is another Pod's. Absent: unseen. */
  readonly end?: number
  /** The next departure of its address came within the window, and nothing tells when the address was handed on. */
  readonly isOvertaken: boolean
}

/**
 * An address rests before it is another Pod's: 30 s in the VPC CNI (its IP_COOLDOWN_PERIOD), so some seconds of doubt about
 * an end do no harm. The kubelet's times are whole seconds; clocks differ by SKEW.
 */
const END_DOUBT = SECOND + SKEW

/**
 * When it left; undefined: no time is known. A Pod that the kubelet evicts is not deleted: it left when it ended, and shows
 * nothing of how long requests come after a deletion.
 */
export function startOf({ deleted, deregistering, deregistered, ended }: LeavingTarget): number | undefined {
  const times = [deleted ?? ended, deregistering, deregistered].filter((time) => time !== undefined)
  const start = Math.min(...times)
  return Number.isFinite(start) ? start : undefined
}

/** A Pod that two ledgers have, and the like: no address is two Pods' within a second. */
const isSame = (a: TargetLeave, b: TargetLeave): boolean => b.start - a.start < SECOND

/** Departures of one address, the oldest first, each once. */
export function leavesOf(targets: readonly LeavingTarget[]): readonly TargetLeave[] {
  const dated = targets.flatMap((target) => {
    const start = startOf(target)
    return start === undefined ? [] : [leaveOf(target, start)]
  })
  const kept: TargetLeave[] = []
  for (const next of dated.sort((a, b) => a.start - b.start)) {
    const last = kept.at(-1)
    if (last === undefined) kept.push(next)
    else if (isSame(last, next))
      kept[kept.length - 1] = leaveOf({ ...next.target, ...last.target }, last.start)
    else {
      kept[kept.length - 1] = before(last, next)
      kept.push(next)
    }
  }
  return kept
}

function leaveOf(target: LeavingTarget, start: number): TargetLeave {
  const { deleted = start, deregistered = start, reused = Number.POSITIVE_INFINITY } = target
  const end = target.ended ?? target.gone
  return {
    target,
    start,
    until: Math.min(Math.max(deleted, deregistered) + WINDOW, Math.max(reused, start)),
    ...(end === undefined ? {} : { end: end + END_DOUBT }),
    isOvertaken: false,
  }
}

function before(leave: TargetLeave, next: TargetLeave): TargetLeave {
  const isOvertaken = next.start < leave.until && leave.end === undefined
  return { ...leave, isOvertaken, until: Math.min(leave.until, next.start) }
}

/** When a target group may be without a target because of it. */
export const goneSpan = ({ start }: TargetLeave) => [start - SKEW, start + WINDOW] as const

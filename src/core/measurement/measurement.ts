import type { Measured } from '../model/observed.ts'
import type { LeavingTarget } from './leaving-target.ts'
import type { RequestSeen } from './request-seen.ts'

/**
 * Why a client got no answer of a target that was leaving, or while none was there.
 * - `reset`: 502, the target refused or closed the connection;
 * - `connect`: 504, the address no longer answered;
 * - `nobody`: 503, no target was left;
 * - `other`: another status of the load balancer's own, and none of the target's.
 */
export type LossCause = 'reset' | 'connect' | 'nobody' | 'other'

/** A request that was lost at a leaving target. Milliseconds since 1970. */
export interface LostRequest {
  readonly at: number
  readonly answered: number
  readonly status: number
  readonly cause: LossCause
  readonly trace: string
  /** Absent: `nobody`. */
  readonly target?: LeavingTarget
  /**
   * Seconds from the deletion (without one: from the deregistration) until the request came; negative: it was open by then,
   * and the target ended before it had answered. Absent: `nobody`, or a Pod that was not deleted.
   */
  readonly after?: number
}

/**
 * What the logs show of one target group, or of a load balancer with all of its own. `max` of `lastRequest` and of
 * `propagation` is an estimate of the truth that is never below what was seen (estimate.ts); the rest is as it was seen.
 */
export interface GroupMeasurement extends Measured {
  /** Departures of targets that got requests until they left; others say nothing. */
  readonly departures: number
  /** Departures from this target group that got none any more when they left, or that the logs end before. */
  readonly silent: number
  /** Requests to leaving targets, from a minute before their deletion on. */
  readonly requests: number
  /**
   * The mean time between two requests to one target while it served, in seconds: one departure shows its last request too
   * early by about this. Absent: nothing was measured.
   */
  readonly resolution?: number
  /**
   * The longest that a request was seen to come, in seconds; what `max` estimates is never less. From origins without a
   * fraction it is half a second less at most.
   */
  readonly seen: { readonly lastRequest?: number; readonly propagation?: number }
  readonly lost: readonly LostRequest[]
  /** Losses by cause, also those that are no longer kept one by one. */
  readonly losses: Readonly<Record<LossCause, number>>
  /** 5xx of the load balancer's own that no known departure explains. */
  readonly unrelated: number
  /** 5xx that targets answered themselves: never lost, and never counted elsewhere. */
  readonly answered: number
  /** Seconds after the deletion (or deregistration) of the last request of each departure, ascending; bounded. */
  readonly lasts: readonly number[]
}

/** A 5xx of the span that was asked for. */
export interface ErrorSeen {
  readonly request: RequestSeen
  /** `application`: the target answered it itself; `unrelated`: no departure explains it. */
  readonly cause: LossCause | 'application' | 'unrelated'
  /** The leaving target that it was lost at. */
  readonly target?: LeavingTarget
}

/** What one reading of access logs shows. */
export interface Measurement {
  readonly loadBalancers: readonly GroupMeasurement[]
  readonly targetGroups: readonly GroupMeasurement[]
  /** Requests in all: how often `wants` was asked. */
  readonly requests: number
  /** When the first and the last of them was answered. Milliseconds since 1970; absent: none. */
  readonly from?: number
  readonly to?: number
  /** Leaving targets without a time of deletion, deregistration or end: nothing can be said of them. */
  readonly undated: number
  /** Leaving targets that the logs have no request to around their departure. */
  readonly unseen: number
  /** Of the span that was asked for, in the order of their time; bounded. */
  readonly errors: readonly ErrorSeen[]
}

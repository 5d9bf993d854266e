import type { Measured, Sample } from '../model/observed.ts'
import type { LeavingTarget } from './leaving-target.ts'

/**
 * Why a client got a 5xx from a load balancer at a target that was leaving, or while none was there.
 * - `reset`: 502, the target refused or closed the connection;
 * - `connect`: 504, the address no longer answered;
 * - `nobody`: 503, no target was left;
 * - `other`: another status of the load balancer's own, or none of the target's.
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
  /** Seconds after the deletion (without one: after the deregistration); absent: `nobody`. */
  readonly after?: number
}

/** What the logs show of one target group, or of a load balancer with all of its own. */
export interface GroupMeasurement extends Measured {
  /** Departures with requests in the logs around them; those without any say nothing. */
  readonly departures: number
  /** Departures in whose window the logs have no request at all to this target group. */
  readonly silent: number
  /** Requests in all. */
  readonly requests: number
  /**
   * The mean time between two requests to one target while it served, in seconds: what `max` may fall short of the truth.
   * Absent: too few requests.
   */
  readonly resolution?: number
  readonly lost: readonly LostRequest[]
  /** Losses by cause, also those that are no longer kept one by one. */
  readonly losses: Readonly<Record<LossCause, number>>
  /** 5xx that had nothing to do with a departure. */
  readonly unrelated: number
  /** Seconds after the deletion (or deregistration) of the last request of each departure, ascending; bounded. */
  readonly lasts: readonly number[]
}

/** What one reading of access logs shows. */
export interface Measurement {
  readonly loadBalancers: readonly GroupMeasurement[]
  readonly targetGroups: readonly GroupMeasurement[]
}

export type { Sample }

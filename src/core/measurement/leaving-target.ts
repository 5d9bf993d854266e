import type { ObjectRef } from '../model/object-ref.ts'

/**
 * One target that left: from the ledger of departures, from the load balancer controller's log, or joined from both. Times
 * are milliseconds since 1970.
 */
export interface LeavingTarget {
  /** Without a port and without brackets: `10.0.1.2`, `2001:db8::1`. */
  readonly ip: string
  /** Absent: every port of the address. */
  readonly port?: number
  /** ARN; absent: every target group. */
  readonly targetGroup?: string
  /** Absent: only the controller's log knows of it. */
  readonly pod?: ObjectRef
  readonly workload?: ObjectRef
  /** When the Pod's deletion was asked for. */
  readonly deleted?: number
  /** When the controller was about to call DeregisterTargets, and when the call had returned. */
  readonly deregistering?: number
  readonly deregistered?: number
  /** When the last of its regular containers had ended; absent: unseen. */
  readonly ended?: number
  /** When the object was gone; from then on its address may be another Pod's. */
  readonly gone?: number
  /** When the address was registered again: for another Pod, or for this one, which was not ready meanwhile. */
  readonly reused?: number
  /** How long its hooks held SIGTERM back, in seconds. */
  readonly slept?: number
  /** What was missing, as the ledger says it: `had no preStop hook`; empty: nothing, or nothing is known. */
  readonly missing: readonly string[]
}

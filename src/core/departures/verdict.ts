import type { ObjectRef } from '../model/object-ref.ts'
import type { Seconds } from '../model/seconds.ts'

/**
 * Whether what Slackwater is for was in force when a Pod left. It says nothing about requests: whether one was lost, only
 * traffic data can tell.
 * - `covered`: hook and grace period were as needed, nothing cut them, and others served meanwhile;
 * - `exposed`: something was missing, and `reasons` says what;
 * - `unknown`: nothing is known to have been missing, but not everything was seen.
 */
export type DepartureOutcome = 'covered' | 'exposed' | 'unknown'

/** Why a departure or a rollout is exposed, or unknown. Ids are fixed: metrics and programs match them. */
export type DepartureReason =
  /**
   * The delete gave less than its spec states and less than is needed, and that cut something: the sleep, or a container
   * that still ran at its end.
   */
  | { readonly id: 'grace-cut'; readonly given: Seconds; readonly needed: Seconds }
  /** Its spec states less than the sleep or the grace period needs. */
  | { readonly id: 'short-grace'; readonly stated: Seconds; readonly needed: Seconds }
  /** A container was killed at the end of its grace period (exit code 137, not for memory). */
  | { readonly id: 'killed'; readonly container: string; readonly after: Seconds }
  /** A container ended before its hook had: out of memory, or by itself. */
  | { readonly id: 'ended-early'; readonly container: string; readonly after: Seconds; readonly why: string }
  | { readonly id: 'no-hook'; readonly container: string }
  | {
      readonly id: 'short-hook'
      readonly container: string
      readonly length: Seconds
      readonly needed: Seconds
      /** Slackwater wrote it, when less was needed; absent: it is a user's. */
      readonly isOurs?: true
    }
  /** The kubelet reported FailedPreStopHook. */
  | { readonly id: 'hook-failed'; readonly message: string }
  /** The Pod that came for it has no readiness gate. */
  | { readonly id: 'no-gate'; readonly pod: string }
  /** The Pod that came for it was ready before its gate was True. */
  | { readonly id: 'gate-given-up'; readonly pod: string }
  /** No other Pod of its workload was ready when it left. */
  | { readonly id: 'last-endpoint' }
  /** Its hook's length is not known (`exec` of a program). */
  | { readonly id: 'unknown-hook'; readonly container: string }
  /** Its node is gone: how its containers ended was never told. */
  | { readonly id: 'node-gone'; readonly node: string }
  /** How its containers ended was never told, and its node is there: it was removed by force, or its node lost it. */
  | { readonly id: 'end-unknown' }
  /** Its node ended it without a delete (an eviction, a shutdown): what time it had was never told. */
  | { readonly id: 'no-delete'; readonly why: string }
  /** It went while nothing was watched. Of a rollout, with no Pod: it may have lost departures. */
  | { readonly id: 'unseen' }

/** One Pod that left. Times are milliseconds since 1970. */
export interface Departure {
  readonly uid: string
  readonly pod: ObjectRef
  readonly workload: ObjectRef
  readonly revision?: string
  readonly ip?: string
  readonly node?: string
  /** Absent: unseen, or it ended without a delete. */
  readonly deleted?: number
  readonly graceGiven?: Seconds
  readonly graceStated: Seconds
  /** When the last of its regular containers ended; absent: never told. */
  readonly ended?: number
  /** The object is no longer there. */
  readonly gone?: number
  /** How long SIGTERM was held back by its hooks, as far as the end of the containers shows. */
  readonly slept?: Seconds
  readonly exitCodes: readonly {
    readonly container: string
    readonly code: number
    readonly reason?: string
  }[]
  /** `reason` of DisruptionTarget. */
  readonly disruption?: string
  /** Seconds of the need of that moment. */
  readonly needed?: Seconds
  /** When the Pod that came for it was ready; absent: none is known. */
  readonly replaced?: number
  readonly outcome: DepartureOutcome
  readonly reasons: readonly DepartureReason[]
}

/** One change of a workload's Pods from other templates to one. */
export interface RolloutRecord {
  readonly workload: ObjectRef
  /** The template that it went to. */
  readonly revision: string
  readonly began: number
  /** Absent: it goes on, or not all departures are judged yet, and the verdict may change. */
  readonly ended?: number
  /** Another rollout began before this one had ended. */
  readonly isSuperseded: boolean
  readonly verdict: DepartureOutcome
  /** All departures by outcome, also those that are no longer kept one by one. */
  readonly departures: Readonly<Record<DepartureOutcome, number>>
  /** The shortest sleep of a departure; absent: none is known. */
  readonly shortestSleep?: Seconds
  /** Pods that came: with a gate that passed before they were ready; all behind ip targets. */
  readonly gates: { readonly held: number; readonly of: number; readonly longest?: Seconds }
  /** What made it exposed or unknown, each once, with the number of Pods. */
  readonly reasons: readonly { readonly reason: DepartureReason; readonly pods: number }[]
  /** One by one, the oldest first; a bounded number. */
  readonly kept: readonly Departure[]
}

/** What the ledger holds, for a report. */
export interface LedgerView {
  /** Since when it is kept without a gap; absent: nothing has been read yet. */
  readonly since?: number
  /** Pods behind load balancers that are followed now. */
  readonly followed: number
  /** Since the ledger began. */
  readonly departures: Readonly<Record<DepartureOutcome, number>>
  /** At most three of each workload, the newest first. */
  readonly rollouts: readonly RolloutRecord[]
  /** At most a hundred that belong to no rollout, the newest first. */
  readonly others: readonly Departure[]
}

import type { LedgerEvent } from './event.ts'
import type { Departure, LedgerView, RolloutRecord } from './verdict.ts'

/** What has become certain since the last event: each is told once. */
export interface News {
  readonly departures: readonly Departure[]
  /** Rollouts that have ended. */
  readonly rollouts: readonly RolloutRecord[]
  /** Pods whose target's gate has passed: seconds from ready containers to the gate. */
  readonly gatesPassed: readonly number[]
}

/** Remembers who left how. Bounded, synchronous, without a clock. */
export interface Ledger {
  take(event: LedgerEvent): News
  /** Whether the last event left something to be settled: another tick goes on with it. */
  readonly isBehind: boolean
  view(): LedgerView
}

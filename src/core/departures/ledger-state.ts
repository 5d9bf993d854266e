import type { ObjectRef } from '../model/object-ref.ts'
import type { FollowedPod } from './followed-pod.ts'
import { createHistory, type History } from './history.ts'
import { noDepartures } from './rollout-course.ts'
import { nothingShared, type Shared } from './shared.ts'
import { createSteadyClock, type SteadyClock } from './steady-clock.ts'
import type { Departure, DepartureOutcome, RolloutRecord } from './verdict.ts'
import { beginCourse, type WorkloadCourse } from './workload-course.ts'

/** Pods that are gone and whose uid is still known, so that a late event does not bring them back. A choice. */
const MOST_GONE = 5_000

export interface Followed {
  readonly pod: FollowedPod
  readonly of: FollowedWorkload
}

interface FollowedWorkload {
  readonly course: WorkloadCourse
  readonly shared: Shared
}

export interface LedgerState {
  readonly clock: SteadyClock
  readonly history: History
  /** By `keyOf` their workload. */
  readonly workloads: Map<string, FollowedWorkload>
  /** By uid. */
  readonly followed: Map<string, Followed>
  readonly gone: Set<string>
  /** Of these something waits for time to pass. */
  readonly awake: Set<WorkloadCourse>
  /** Those of them that are still to be looked at in this turn. */
  readonly unswept: Set<WorkloadCourse>
  readonly counts: Record<DepartureOutcome, number>
  /** Nothing is seen until the next list is complete. */
  isBlind: boolean
  since: number | undefined
  /** When what waits was looked at last, by the ledger's own clock. */
  swept: number
  news: {
    readonly departures: Departure[]
    readonly rollouts: RolloutRecord[]
    readonly gatesPassed: number[]
  }
}

export const noNews = (): LedgerState['news'] => ({ departures: [], rollouts: [], gatesPassed: [] })

export const emptyLedger = (): LedgerState => ({
  clock: createSteadyClock(),
  history: createHistory(),
  workloads: new Map(),
  followed: new Map(),
  gone: new Set(),
  awake: new Set(),
  unswept: new Set(),
  counts: noDepartures(),
  isBlind: true,
  since: undefined,
  swept: 0,
  news: noNews(),
})

export function entryOf(
  { workloads, history }: LedgerState,
  key: string,
  workload: ObjectRef,
): FollowedWorkload {
  const known = workloads.get(key)
  if (known !== undefined) return known
  const entry = { course: beginCourse(workload, history.room), shared: nothingShared() }
  workloads.set(key, entry)
  return entry
}

/** Follows it no longer. @param mayReturn it was only missing in a list. */
export function forget({ followed, gone }: LedgerState, uid: string, mayReturn: boolean): void {
  followed.delete(uid)
  if (mayReturn) return
  gone.add(uid)
  if (gone.size <= MOST_GONE) return
  const [oldest] = gone
  if (oldest !== undefined) gone.delete(oldest)
}

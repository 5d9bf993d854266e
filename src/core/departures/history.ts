import { keyOf } from '../model/object-ref.ts'
import type { Departure, RolloutRecord } from './verdict.ts'

/** Design, section 10. */
export const ROLLOUTS_OF_ONE = 3
export const MOST_OTHERS = 100

/** Over all workloads. A choice: three of each of 1,000. Full, both are 7 MiB, measured. */
const MOST_ROLLOUTS = 3_000
const MOST_KEPT = 5_000

/** What is over: bounded, the oldest goes first. */
export interface History {
  addRollout(record: RolloutRecord): void
  addOther(departure: Departure): void
  /**
   * Takes room for one departure that a rollout keeps by itself; what the oldest rollouts keep goes for it, their counts
   * stay. @returns whether there was any: the rollouts that go on may have filled it.
   */
  readonly room: () => boolean
  /** The newest first. */
  rollouts(): readonly RolloutRecord[]
  others(): readonly Departure[]
}

export function createHistory(): History {
  /** By a running number: the oldest first. */
  const rollouts = new Map<number, RolloutRecord>()
  /** Numbers of those of one workload, and of those that keep departures; the oldest first. */
  const ofWorkload = new Map<string, number[]>()
  const keeping = new Set<number>()
  const others: Departure[] = []
  let count = 0
  let kept = 0

  function drop(number: number): void {
    const record = rollouts.get(number)
    if (record === undefined) return
    rollouts.delete(number)
    keeping.delete(number)
    kept -= record.kept.length
    const key = keyOf(record.workload)
    const rest = ofWorkload.get(key)?.filter((one) => one !== number) ?? []
    if (rest.length > 0) ofWorkload.set(key, rest)
    else ofWorkload.delete(key)
  }

  function clearOldest(): void {
    const [oldest] = keeping
    const record = oldest === undefined ? undefined : rollouts.get(oldest)
    if (oldest === undefined || record === undefined) return
    kept -= record.kept.length
    keeping.delete(oldest)
    rollouts.set(oldest, { ...record, kept: [] })
  }

  return {
    addRollout(record) {
      const number = count++
      rollouts.set(number, record)
      if (record.kept.length > 0) keeping.add(number)
      const key = keyOf(record.workload)
      const own = [...(ofWorkload.get(key) ?? []), number]
      ofWorkload.set(key, own)
      const [first] = own
      if (own.length > ROLLOUTS_OF_ONE && first !== undefined) drop(first)
      if (rollouts.size <= MOST_ROLLOUTS) return
      const [oldest] = rollouts.keys()
      if (oldest !== undefined) drop(oldest)
    },
    addOther(departure) {
      others.push(departure)
      if (others.length > MOST_OTHERS) others.shift()
    },
    room() {
      if (kept >= MOST_KEPT) clearOldest()
      if (kept >= MOST_KEPT) return false
      kept++
      return true
    },
    rollouts: () => [...rollouts.values()].toReversed(),
    others: () => others.toReversed(),
  }
}

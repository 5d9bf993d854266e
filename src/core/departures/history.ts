import { keyOf } from '../model/object-ref.ts'
import type { Departure, RolloutRecord } from './verdict.ts'

/** Design, section 10. */
export const ROLLOUTS_OF_ONE = 3
export const MOST_OTHERS = 100

/** Over all workloads. A choice: three of each of 1,000, and what they keep one by one is 3 MiB at most. */
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
  /** The oldest first. */
  let rollouts: RolloutRecord[] = []
  let kept = 0
  const others: Departure[] = []
  const clear = (): void => {
    const index = rollouts.findIndex((one) => one.kept.length > 0)
    const oldest = rollouts[index]
    if (oldest === undefined) return
    kept -= oldest.kept.length
    rollouts[index] = { ...oldest, kept: [] }
  }
  return {
    addRollout(record) {
      const own = keyOf(record.workload)
      rollouts.push(record)
      const ofOne = rollouts.filter(({ workload }) => keyOf(workload) === own)
      const surplus = new Set(ofOne.slice(0, Math.max(0, ofOne.length - ROLLOUTS_OF_ONE)))
      if (rollouts.length - surplus.size > MOST_ROLLOUTS && rollouts[0] !== undefined)
        surplus.add(rollouts[0])
      if (surplus.size === 0) return
      rollouts = rollouts.filter((one) => !surplus.has(one))
      for (const one of surplus) kept -= one.kept.length
    },
    addOther(departure) {
      others.push(departure)
      if (others.length > MOST_OTHERS) others.shift()
    },
    room() {
      if (kept >= MOST_KEPT) clear()
      if (kept >= MOST_KEPT) return false
      kept++
      return true
    },
    rollouts: () => rollouts.toReversed(),
    others: () => others.toReversed(),
  }
}

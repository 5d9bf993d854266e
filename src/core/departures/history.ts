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
  /** The newest first. */
  rollouts(): readonly RolloutRecord[]
  others(): readonly Departure[]
}

export function createHistory(): History {
  /** The oldest first. */
  let rollouts: RolloutRecord[] = []
  let kept = 0
  const others: Departure[] = []
  return {
    addRollout(record) {
      const own = keyOf(record.workload)
      rollouts.push(record)
      kept += record.kept.length
      const ofOne = rollouts.filter(({ workload }) => keyOf(workload) === own)
      const surplus = new Set(ofOne.slice(0, Math.max(0, ofOne.length - ROLLOUTS_OF_ONE)))
      if (rollouts.length - surplus.size > MOST_ROLLOUTS && rollouts[0] !== undefined)
        surplus.add(rollouts[0])
      if (surplus.size > 0) {
        rollouts = rollouts.filter((one) => !surplus.has(one))
        for (const one of surplus) kept -= one.kept.length
      }
      // What the oldest ones keep one by one goes; their counts stay.
      for (let index = 0; kept > MOST_KEPT && index < rollouts.length; index++) {
        const one = rollouts[index]
        if (one === undefined || one.kept.length === 0) continue
        kept -= one.kept.length
        rollouts[index] = { ...one, kept: [] }
      }
    },
    addOther(departure) {
      others.push(departure)
      if (others.length > MOST_OTHERS) others.shift()
    },
    rollouts: () => rollouts.toReversed(),
    others: () => others.toReversed(),
  }
}

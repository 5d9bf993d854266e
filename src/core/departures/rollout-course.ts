import type { ObjectRef } from '../model/object-ref.ts'
import { longer, type Seconds, seconds, shorter } from '../model/seconds.ts'
import type { FollowedPod } from './followed-pod.ts'
import { isHeld } from './judge.ts'
import type { Departure, DepartureOutcome, DepartureReason, RolloutRecord } from './verdict.ts'

/** Departures that a rollout keeps one by one. A choice: a report shows a screen of them, and the counts stay exact. */
const MOST_KEPT = 100

/** Different reasons of one rollout: containers are named by their owner, and their number must not be the memory's. A choice. */
const MOST_REASONS = 50

/** A rollout as it goes. */
export interface RolloutCourse {
  readonly workload: ObjectRef
  readonly revision: string
  readonly began: number
  ended: number | undefined
  isSuperseded: boolean
  /** It was under way when nothing was watched: it may have lost departures. */
  isUnseen: boolean
  /** When the last Pod of another template was gone, or had ended. */
  left: number | undefined
  /** When it has to be told, by the ledger's own clock. */
  due: number | undefined
  /** Departures that are not judged yet. */
  pending: number
  readonly counts: Record<DepartureOutcome, number>
  readonly reasons: Map<string, { readonly reason: DepartureReason; pods: number }>
  readonly kept: Departure[]
  shortestSleep: Seconds | undefined
  /** New Pods behind ip targets that have not been ready yet. */
  readonly arrivals: Set<FollowedPod>
  held: number
  of: number
  longest: Seconds | undefined
}

export const beginRollout = (workload: ObjectRef, revision: string, began: number): RolloutCourse => ({
  workload,
  revision,
  began,
  ended: undefined,
  isSuperseded: false,
  isUnseen: false,
  left: undefined,
  due: undefined,
  pending: 0,
  counts: noDepartures(),
  reasons: new Map(),
  kept: [],
  shortestSleep: undefined,
  arrivals: new Set(),
  held: 0,
  of: 0,
  longest: undefined,
})

export const noDepartures = (): Record<DepartureOutcome, number> => ({ covered: 0, exposed: 0, unknown: 0 })

/** @param room whether there is room to keep one more by itself. */
export function addDeparture(rollout: RolloutCourse, departure: Departure, room: () => boolean): void {
  rollout.counts[departure.outcome]++
  for (const reason of departure.reasons) {
    const key = keyOfReason(reason)
    const known = rollout.reasons.get(key)
    if (known !== undefined) known.pods++
    else if (rollout.reasons.size < MOST_REASONS) rollout.reasons.set(key, { reason, pods: 1 })
  }
  const { slept } = departure
  if (slept !== undefined)
    rollout.shortestSleep =
      rollout.shortestSleep === undefined ? slept : shorter(rollout.shortestSleep, slept)
  keep(rollout.kept, departure, room)
}

/** What went wrong is kept rather than what went well. */
function keep(kept: Departure[], departure: Departure, room: () => boolean): void {
  if (kept.length < MOST_KEPT && room()) kept.push(departure)
  else if (departure.outcome !== 'covered') {
    const spared = kept.findLastIndex(({ outcome }) => outcome === 'covered')
    if (spared < 0) return
    kept.splice(spared, 1)
    kept.push(departure)
  }
}

/** Pods are counted under one reason where a reader would do the same about them. */
function keyOfReason(reason: DepartureReason): string {
  const { id } = reason
  if (id === 'grace-cut') return `${id}\0${reason.given}\0${reason.needed}`
  if (id === 'short-grace') return `${id}\0${reason.stated}\0${reason.needed}`
  if (id === 'short-hook')
    return `${id}\0${reason.container}\0${reason.length}\0${reason.needed}\0${reason.isOurs}`
  if (id === 'ended-early') return `${id}\0${reason.container}\0${reason.why}`
  if (id === 'no-delete') return `${id}\0${reason.why}`
  if (id === 'node-gone') return `${id}\0${reason.node}`
  return 'container' in reason ? `${id}\0${reason.container}` : id
}

/** Counts the gate of a new Pod, once it has been ready, or the rollout is told without waiting for it any longer. */
export function countGate(rollout: RolloutCourse, pod: FollowedPod): void {
  if (!rollout.arrivals.delete(pod)) return
  rollout.of++
  if (!isHeld(pod)) return
  rollout.held++
  const waited = gateSeconds(pod)
  if (waited !== undefined)
    rollout.longest = rollout.longest === undefined ? waited : longer(rollout.longest, waited)
}

/** From ready containers until the last gate passed; absent: not known. */
export function gateSeconds({ gates, containersReady }: FollowedPod): Seconds | undefined {
  if (containersReady === undefined || gates.length === 0) return undefined
  const last = gates.reduce((most, { passed = 0 }) => Math.max(most, passed), 0)
  return seconds(Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round((last - containersReady) / 1_000))))
}

export const isEmpty = ({ counts, pending }: RolloutCourse): boolean =>
  pending === 0 && counts.covered + counts.exposed + counts.unknown === 0

export function recordOf(rollout: RolloutCourse): RolloutRecord {
  const { counts, isUnseen, shortestSleep, longest, ended } = rollout
  const verdict: DepartureOutcome =
    counts.exposed > 0 ? 'exposed' : counts.unknown > 0 || isUnseen ? 'unknown' : 'covered'
  const reasons = [...rollout.reasons.values()].map(({ reason, pods }) => ({ reason, pods }))
  const isSaid = !isUnseen || rollout.reasons.has('unseen')
  return {
    workload: rollout.workload,
    revision: rollout.revision,
    began: rollout.began,
    ...(ended === undefined ? {} : { ended }),
    isSuperseded: rollout.isSuperseded,
    verdict,
    departures: { ...counts },
    ...(shortestSleep === undefined ? {} : { shortestSleep }),
    gates: { held: rollout.held, of: rollout.of, ...(longest === undefined ? {} : { longest }) },
    // Of how many it is true nobody knows.
    reasons: isSaid ? reasons : [...reasons, { reason: { id: 'unseen' }, pods: 0 }],
    kept: [...rollout.kept].sort((a, b) => leftAt(a) - leftAt(b)),
  }
}

const leftAt = ({ deleted, gone }: Departure): number => deleted ?? gone ?? 0

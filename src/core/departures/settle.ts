import { keyOf } from '../model/object-ref.ts'
import { departureOf } from './departure.ts'
import { type FollowedPod, type Leave, leftFrom } from './followed-pod.ts'
import { wasTakenOff } from './judge.ts'
import { forget, type LedgerState } from './ledger-state.ts'
import { isJudged, isRelieved, leftBefore, lookAround, replacementOf } from './relief.ts'
import { addDeparture, countGate, isEmpty, recordOf } from './rollout-course.ts'
import { closeEnded, isSettled, leaveOff } from './turns.ts'
import { EMPTY, ROLLOUT } from './waits.ts'
import { dropPod, type WorkloadCourse } from './workload-course.ts'

/** How often what waits is looked at, in milliseconds. A choice: all waits are of many seconds. */
const SWEEP = 1_000

/**
 * Pods that leave, of all workloads that are looked at in one step; one workload is always looked at as a whole. A choice:
 * 300 departures that are settled at once take 4 ms, measured, and requests wait for it.
 */
const STEP = 300

/** Tells what has become certain by waiting, as much as one step holds. While nothing is seen, all waits go on. */
export function sweep(state: LedgerState): void {
  const { clock, awake, unswept } = state
  if (state.isBlind) return
  if (unswept.size === 0 && clock.passed >= state.swept + SWEEP) {
    state.swept = clock.passed
    for (const course of awake) unswept.add(course)
  }
  let room = STEP
  for (const course of unswept) {
    if (room <= 0) return
    room -= 1 + course.leaving.size
    unswept.delete(course)
    if (!settleWorkload(state, course)) awake.delete(course)
  }
}

/** @returns whether it waits for more. */
function settleWorkload(state: LedgerState, course: WorkloadCourse): boolean {
  const { passed } = state.clock
  for (const pod of inOrder(course.leaving))
    if (pod.leave !== undefined && isJudged(course, pod, pod.leave, passed))
      settleDeparture(state, course, pod, pod.leave)
  closeEnded(course)
  const mayLeaveOff = leaveOff(course, passed)
  settleRollouts(state, course)
  course.loose = course.loose.filter(({ departure, due }) => {
    if (passed < due) return true
    state.history.addOther(departure)
    return false
  })
  const waits = course.leaving.size + course.closing.length + course.loose.length > 0 || mayLeaveOff
  return waits || !isDropped(state, course)
}

const inOrder = (pods: Iterable<FollowedPod>): readonly FollowedPod[] =>
  [...pods].sort((a, b) => (leftBefore(a, b) ? -1 : 1))

function settleDeparture(state: LedgerState, course: WorkloadCourse, pod: FollowedPod, leave: Leave): void {
  lookAround(course, pod, leave)
  const replacement = replacementOf(course, pod, leave)
  const rollout = course.taken.get(pod)
  course.taken.delete(pod)
  dropPod(course, pod)
  forget(state, pod.uid, leave.isUnseen)
  if (rollout !== undefined) rollout.pending--
  if (!hasServed(pod, leave)) return
  const departure = departureOf(course.workload, pod, leave, replacement)
  state.counts[departure.outcome]++
  state.news.departures.push(departure)
  // A handover deletes it at its own time, also while a rollout goes on or just before one.
  if (wasTakenOff(pod, leave)) state.history.addOther(departure)
  else if (rollout !== undefined) addDeparture(rollout, departure, state.history.room)
  else if (pod.revision === undefined || isRelieved(pod, leave)) state.history.addOther(departure)
  else course.loose.push({ departure, due: state.clock.passed + ROLLOUT })
}

/**
 * A Pod that was watched from before its deletion, and was never ready, was no load balancer's target; nor was one that has
 * never run, however late it was seen. Whether one did that left in a gap is unknown.
 */
const hasServed = (pod: FollowedPod, leave: Leave): boolean =>
  pod.firstReady !== undefined ||
  pod.containersReady !== undefined ||
  leave.isUnseen ||
  (pod.hasRun && (!pod.isBorn || leave.isBlind || leftFrom(leave) === undefined))

function settleRollouts(state: LedgerState, course: WorkloadCourse): void {
  course.closing = course.closing.filter((rollout) => {
    if (!isSettled(rollout, state.clock.passed)) return true
    for (const pod of rollout.arrivals) countGate(rollout, pod)
    if (isEmpty(rollout)) return false
    const record = recordOf(rollout)
    state.history.addRollout(record)
    state.news.rollouts.push(record)
    return false
  })
}

/** A workload whose Pods are all gone is forgotten after a while. @returns whether it needs no further look. */
function isDropped({ clock, workloads }: LedgerState, course: WorkloadCourse): boolean {
  if (course.pods.size > 0) return true
  course.empty ??= clock.passed
  if (clock.passed < course.empty + EMPTY) return false
  workloads.delete(keyOf(course.workload))
  return true
}

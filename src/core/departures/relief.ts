import { type FollowedPod, type Leave, leftFrom, readyAt } from './followed-pod.ts'
import type { RolloutCourse } from './rollout-course.ts'
import { READINESS, RESOLUTION, SETTLING } from './waits.ts'
import type { WorkloadCourse } from './workload-course.ts'

/* Who else served when a Pod left, and which Pod came for it. */

/** Who was ready when it was deleted. What was known once is not forgotten. */
export function lookAround(course: WorkloadCourse, pod: FollowedPod, leave: Leave): void {
  const { deleted } = leave
  if (deleted === undefined || leave.others === 'ready') return
  for (const other of course.pods.values()) {
    if (other === pod || other.unneeded !== undefined) continue
    const is = servedAt(other, deleted)
    if (is === 'yes') leave.others = 'ready'
    else if (is === 'perhaps') leave.others = 'perhaps'
    if (is === 'yes') return
  }
}

/** One more is seen to leave: whoever was deleted in the same second, or later, was not relieved by it. */
export function lookAgain(course: WorkloadCourse, { deleted }: Leave): void {
  if (deleted === undefined) return
  for (const other of course.leaving) {
    const { leave } = other
    if (leave?.deleted === undefined || leave.deleted < deleted || leave.others === 'none') continue
    leave.others = 'none'
    lookAround(course, other, leave)
  }
}

/** Two that are deleted in the same second leave nobody to each other. */
function servedAt(pod: FollowedPod, moment: number): 'yes' | 'perhaps' | 'no' {
  const { leave } = pod
  if (leave !== undefined) {
    const from = leftFrom(leave)
    if (from === undefined) return leave.isUnseen && pod.created <= moment ? 'perhaps' : 'no'
    if (from <= moment) return 'no'
  }
  // One that came for it, perhaps in the same second.
  if (pod.created >= moment && (pod.firstReady === undefined || pod.firstReady > moment)) return 'no'
  return readyAt(pod, moment)
}

/**
 * The Pod that came for one: of the same name, in a StatefulSet; in a rollout the new one that was ready last before it was
 * deleted, since that let it go; else its successor.
 */
export function replacementOf(
  course: WorkloadCourse,
  pod: FollowedPod,
  { deleted, successor }: Leave,
): FollowedPod | undefined {
  if (deleted === undefined) return undefined
  const rollout = course.taken.get(pod)
  return (
    twinOf(course, pod, deleted) ??
    (rollout === undefined ? undefined : letGoBy(course, rollout, deleted)) ??
    successor
  )
}

function twinOf({ pods }: WorkloadCourse, pod: FollowedPod, deleted: number): FollowedPod | undefined {
  for (const other of pods.values())
    if (other !== pod && other.ref.name === pod.ref.name && other.created >= deleted - RESOLUTION)
      return other
  return undefined
}

/** Of the new Pods the one that was ready last, and before the deletion. */
function letGoBy(
  { pods }: WorkloadCourse,
  { began, revision }: RolloutCourse,
  deleted: number,
): FollowedPod | undefined {
  let last: FollowedPod | undefined
  for (const other of pods.values()) {
    const { firstReady, created } = other
    if (other.revision !== revision || created < began) continue
    if (firstReady === undefined || firstReady > deleted + RESOLUTION) continue
    const best = last?.firstReady ?? firstReady
    if (last === undefined || firstReady > best || (firstReady === best && isBefore(last, other)))
      last = other
  }
  return last
}

/** A new Pod comes for the one that was deleted first, and for which none has come. */
export function succeed({ leaving }: WorkloadCourse, pod: FollowedPod): void {
  if (pod.isSuccessor) return
  let first: FollowedPod | undefined
  for (const other of leaving) {
    const { deleted, successor } = other.leave ?? {}
    if (deleted === undefined || successor !== undefined || pod.created < deleted - RESOLUTION) continue
    if (first === undefined || leftBefore(other, first)) first = other
  }
  if (first?.leave === undefined) return
  first.leave.successor = pod
  pod.isSuccessor = true
}

/** One of its own template has come for it: no rollout let it go that began later. */
export const isRelieved = ({ revision }: FollowedPod, { successor }: Leave): boolean =>
  revision !== undefined && successor?.revision === revision

/** As they were deleted: which Pod comes for which must not depend on the order in which they were seen. */
export const leftBefore = (one: FollowedPod, other: FollowedPod): boolean => {
  const [a, b] = [leftAt(one), leftAt(other)]
  return a < b || (a === b && one.uid < other.uid)
}

const leftAt = ({ leave }: FollowedPod): number =>
  (leave === undefined ? undefined : (leftFrom(leave) ?? leave.gone)) ?? 0

export const isBefore = (one: FollowedPod, other: FollowedPod): boolean =>
  one.created < other.created || (one.created === other.created && one.uid < other.uid)

/** Whether a Pod that has left can be judged: what may still come has come, or is not waited for any longer. */
export function isJudged(course: WorkloadCourse, pod: FollowedPod, leave: Leave, passed: number): boolean {
  if (leave.over === undefined || passed < leave.over + SETTLING) return false
  if (passed >= leave.over + READINESS) return true
  const replacement = replacementOf(course, pod, leave)
  return replacement === undefined || replacement.firstReady !== undefined || replacement.leave !== undefined
}

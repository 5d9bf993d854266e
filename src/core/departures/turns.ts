import { earliest, type FollowedPod, type Leave, latest, leftFrom } from './followed-pod.ts'
import { isRelieved } from './relief.ts'
import { addDeparture, beginRollout, countGate, isEmpty, type RolloutCourse } from './rollout-course.ts'
import { READINESS, ROLLOUT } from './waits.ts'
import type { WorkloadCourse } from './workload-course.ts'

/*
 * How the rollouts of one workload follow each other, told by its Pods alone: a rollout begins with the first Pod of
 * another template, and ends when only Pods of that one are there.
 */

/** A Pod is seen for the first time: it may begin a rollout. */
export function arrive(course: WorkloadCourse, pod: FollowedPod): void {
  const { revision, created } = pod
  if (revision === undefined) return
  const { target, newest = created, open } = course
  if (target === undefined) aim(course, revision, created)
  else if (revision === target) {
    course.newest = latest(newest, created)
    // In a StatefulSet the last new Pod is created when the last old one is gone.
    const rollout = open ?? course.closing.findLast((one) => one.revision === revision)
    if (rollout !== undefined) expect(rollout, pod)
  } else if (created < newest) {
    // Older than what is being rolled out, and only now seen.
    if (open === undefined) begin(course, target, newest)
  } else if (open !== undefined && (course.revisions.get(revision) ?? 0) > 1) {
    // Its ReplicaSet is still there, and replaces what is evicted; a rollback shows when the target's own Pods leave.
    course.back = course.back?.revision === revision ? course.back : { revision, since: created }
  } else begin(course, revision, created)
}

function aim(course: WorkloadCourse, revision: string, created: number): void {
  course.target = revision
  course.newest = created
  course.back = undefined
}

/** A rollout begins: to the Pods of this template, the first of which was created then. */
function begin(course: WorkloadCourse, revision: string, began: number): RolloutCourse {
  const { open } = course
  if (open !== undefined) close(course, open, began, true)
  const rollout = beginRollout(course.workload, revision, began)
  course.open = rollout
  aim(course, revision, began)
  for (const pod of course.pods.values()) {
    if (pod.revision === revision) course.newest = latest(course.newest, pod.created)
    if (pod.revision === revision) expect(rollout, pod)
    else if (pod.leave !== undefined && !isRelieved(pod, pod.leave)) take(course, pod)
  }
  // With maxSurge 0, and in a StatefulSet, the first old Pod has left before.
  course.loose = course.loose.filter(({ departure }) => {
    if (departure.revision === undefined || departure.revision === revision) return true
    addDeparture(rollout, departure, course.room)
    return false
  })
  return rollout
}

/** What a list shows after nothing was watched: which template is the target, and whether a rollout is under way. */
export function review(course: WorkloadCourse): void {
  const { first, last } = seen(course)
  if (last !== undefined) aimAnew(course, last.revision, last.created, first)
  // What left, or came, meanwhile was not seen.
  if (course.open !== undefined) course.open.isUnseen = true
}

/** The templates that are there, each with its first Pod's creation, and the newest Pod. */
function seen({ pods }: WorkloadCourse, isMeant = (_revision: string): boolean => true) {
  const first = new Map<string, number>()
  let last: { readonly revision: string; readonly created: number } | undefined
  for (const { revision, created, leave } of pods.values()) {
    if (revision === undefined || leave?.isUnseen === true || !isMeant(revision)) continue
    first.set(revision, Math.min(first.get(revision) ?? created, created))
    const isNewer =
      last === undefined || created > last.created || (created === last.created && revision > last.revision)
    if (isNewer) last = { revision, created }
  }
  return { first, last }
}

function aimAnew(
  course: WorkloadCourse,
  revision: string,
  created: number,
  first: ReadonlyMap<string, number>,
): void {
  const { target, newest = created } = course
  if (target !== undefined && revision !== target && created >= newest)
    begin(course, revision, first.get(revision) ?? created)
  else if (target === undefined) aim(course, revision, created)
  else if (revision === target) course.newest = latest(newest, created)
  const present = course.target ?? revision
  if (course.open === undefined && first.size > 1) begin(course, present, first.get(present) ?? created)
}

function expect(rollout: RolloutCourse, pod: FollowedPod): void {
  if (pod.created < rollout.began || !pod.need.gated || pod.leave !== undefined) return
  rollout.arrivals.add(pod)
  settleArrival(rollout, pod)
}

/** A new Pod was ready, or leaves without. */
export function settleArrival(rollout: RolloutCourse, pod: FollowedPod): void {
  if (pod.firstReady !== undefined) countGate(rollout, pod)
  else if (pod.leave !== undefined) rollout.arrivals.delete(pod)
}

/** A Pod is seen to leave: it may belong to the rollout that goes on, or show that one is taken back. */
export function depart(course: WorkloadCourse, pod: FollowedPod, leave: Leave): void {
  const { back, target, newest } = course
  const isTaken =
    back !== undefined &&
    pod.revision === target &&
    (leftFrom(leave) ?? back.since) >= back.since &&
    (newest === undefined || newest <= back.since)
  if (back !== undefined && isTaken) begin(course, back.revision, back.since)
  take(course, pod)
}

function take(course: WorkloadCourse, pod: FollowedPod): void {
  const { open } = course
  if (open === undefined || pod.revision === undefined || pod.revision === open.revision) return
  if (course.taken.has(pod)) return
  course.taken.set(pod, open)
  open.pending++
  if (pod.leave?.isBlind === true) open.isUnseen = true
}

/**
 * A rollout ends when no Pod of another template is there, and one of the target is ready; or when there is none at all.
 * @returns when that came to be; absent: it goes on.
 */
function endOf(course: WorkloadCourse, { revision, began, left = began }: RolloutCourse): number | undefined {
  for (const other of course.revisions.keys()) if (other !== revision) return undefined
  const there = [...course.pods.values()].filter(({ leave }) => leave?.over === undefined)
  if (there.length === 0) return Math.max(began, left)
  const ready = there
    .filter((pod) => pod.revision === revision && pod.leave === undefined && isReady(pod))
    .reduce<number | undefined>((first, { firstReady }) => earliest(first, firstReady), undefined)
  return ready === undefined ? undefined : Math.max(began, left, ready)
}

const isReady = ({ ready, notReady = 0 }: FollowedPod): boolean => ready !== undefined && notReady <= ready

/** @returns whether the rollout that goes on has ended. */
export function closeEnded(course: WorkloadCourse): boolean {
  const ended = course.open === undefined ? undefined : endOf(course, course.open)
  if (course.open === undefined || ended === undefined) return false
  close(course, course.open, ended, false)
  return true
}

/**
 * No Pod of the template that is rolled out has been there for a while, and old ones are: it was taken back before one of them
 * had to leave, as with maxUnavailable 0, or in an aborted canary. What leaves from now on belongs to no rollout.
 * @param passed by the ledger's own clock. @returns whether that may still come.
 */
export function leaveOff(course: WorkloadCourse, passed: number): boolean {
  const { open, revisions, leaving } = course
  if (open === undefined || revisions.size === 0 || revisions.has(open.revision)) {
    course.targetless = undefined
    return false
  }
  // In a StatefulSet the next new Pod comes when an old one is gone.
  const isReplacing = [...leaving].some(({ leave }) => leave?.over === undefined)
  course.targetless = isReplacing ? undefined : (course.targetless ?? passed)
  if (course.targetless === undefined || passed < course.targetless + ROLLOUT) return true
  course.targetless = undefined
  const { first, last } = seen(course, (revision) => revisions.has(revision))
  if (last === undefined) return false
  close(course, open, Math.max(open.began, open.left ?? open.began), true)
  aim(course, last.revision, last.created)
  if (first.size > 1) begin(course, last.revision, first.get(last.revision) ?? last.created)
  return false
}

/** A rollout has ended; it is told when what belongs to it is settled. */
function close(course: WorkloadCourse, rollout: RolloutCourse, ended: number, isSuperseded: boolean): void {
  rollout.ended = ended
  rollout.isSuperseded = isSuperseded
  course.open = undefined
  course.back = undefined
  course.closing.push(rollout)
}

/** @returns whether nothing of it is left to wait for; a rollout that no Pod left in is none. */
export const isSettled = (rollout: RolloutCourse, passed: number): boolean => {
  rollout.due ??= passed + READINESS
  return rollout.pending === 0 && (isEmpty(rollout) || rollout.arrivals.size === 0 || passed >= rollout.due)
}

import { keyOf } from '../model/object-ref.ts'
import type { LedgerEvent } from './event.ts'
import {
  type FollowedPod,
  follow,
  hasPassed,
  type Leave,
  lastEnd,
  latest,
  learn,
  learnNeed,
  leaving,
} from './followed-pod.ts'
import { entryOf, type Followed, type LedgerState } from './ledger-state.ts'
import type { Need, PodFacts } from './pod-facts.ts'
import { isBefore, lookAgain, lookAround, succeed } from './relief.ts'
import { gateSeconds } from './rollout-course.ts'
import { shareContainers, shareNeed } from './shared.ts'
import { arrive, closeEnded, depart, review, settleArrival } from './turns.ts'
import { ROLLOUT } from './waits.ts'
import { addPod, countOut, type WorkloadCourse } from './workload-course.ts'

type EventOf<Kind extends LedgerEvent['kind']> = Extract<LedgerEvent, { readonly kind: Kind }>

/**
 * A Pod as it is now. One that has no need is not followed, unless it had one; nor one that is first seen long after it has
 * ended by itself: it left before anything was seen of it.
 */
export function takePod(state: LedgerState, { pod: facts, need, at }: EventOf<'pod'>): void {
  if (state.gone.has(facts.uid)) return
  const known = state.followed.get(facts.uid)
  if (known !== undefined) {
    learnSharedNeed(known, need, at)
    see(state, known, facts)
  } else if (need !== undefined && facts.failure === undefined) see(state, begin(state, facts, need), facts)
}

export function takeNeed(state: LedgerState, { uid, need, at }: EventOf<'need'>): void {
  const known = state.followed.get(uid)
  if (known !== undefined) learnSharedNeed(known, need, at)
}

const learnSharedNeed = ({ pod, of }: Followed, need: Need | undefined, at: number): void =>
  learnNeed(pod, need === undefined ? undefined : shareNeed(of.shared, need), at)

function begin(state: LedgerState, facts: PodFacts, need: Need): Followed {
  const of = entryOf(state, keyOf(facts.workload), facts.workload)
  const pod = follow(facts, shareNeed(of.shared, need), shareContainers(of.shared, facts))
  const followed = { pod, of }
  state.followed.set(pod.uid, followed)
  addPod(of.course, pod)
  if (!state.isBlind) come(state, of.course, pod)
  return followed
}

/** A rollout that begins just after the list may have begun before it, with an old Pod that was gone by then. */
function come({ since = 0 }: LedgerState, course: WorkloadCourse, pod: FollowedPod): void {
  const before = course.open
  arrive(course, pod)
  succeed(course, pod)
  const { open } = course
  if (open !== undefined && open !== before && open.began < since + ROLLOUT) open.isUnseen = true
}

function see(state: LedgerState, { pod, of: { course } }: Followed, facts: PodFacts): void {
  const wasLeaving = pod.leave !== undefined
  learn(pod, facts)
  if (pod.isGateAwaited && hasPassed(pod.gates)) {
    const waited = gateSeconds(pod)
    pod.isGateAwaited = waited === undefined
    if (waited !== undefined) state.news.gatesPassed.push(waited)
  }
  if (!wasLeaving && pod.leave !== undefined) startLeaving(state, course, pod)
  const { leave } = pod
  if (leave !== undefined && hasEnded(leave)) setOver(state, course, pod, leave)
  settleArrivals(course, pod)
  mayClose(state, course)
}

/** The phase is Failed only when no container runs anymore. */
const hasEnded = ({ ends, failure }: Leave): boolean =>
  failure !== undefined || ends.every((end) => end !== undefined)

function settleArrivals({ open, closing }: WorkloadCourse, pod: FollowedPod): void {
  if (open?.arrivals.has(pod) === true) settleArrival(open, pod)
  for (const rollout of closing) if (rollout.arrivals.has(pod)) settleArrival(rollout, pod)
}

function mayClose(state: LedgerState, course: WorkloadCourse): void {
  if (!state.isBlind && closeEnded(course)) state.awake.add(course)
}

function startLeaving(state: LedgerState, course: WorkloadCourse, pod: FollowedPod): void {
  const leave = leaving(pod)
  course.leaving.add(pod)
  state.awake.add(course)
  leave.isBlind = state.isBlind
  if (state.isBlind) return
  lookAround(course, pod, leave)
  lookAgain(course, leave)
  depart(course, pod, leave)
}

function setOver({ clock }: LedgerState, course: WorkloadCourse, pod: FollowedPod, leave: Leave): void {
  if (leave.over !== undefined) return
  leave.over = clock.passed
  countOut(course, pod)
  const rollout = course.taken.get(pod)
  if (rollout !== undefined) rollout.left = latest(rollout.left, leave.gone ?? lastEnd(leave))
}

export function takeGone(state: LedgerState, { uid, pod: facts, at }: EventOf<'gone'>): void {
  const followed = state.followed.get(uid)
  if (followed === undefined) return
  if (facts !== undefined) see(state, followed, facts)
  end(state, followed, at)
}

function end(state: LedgerState, { pod, of: { course } }: Followed, at: number): void {
  const isNew = pod.leave === undefined
  const leave = leaving(pod)
  leave.gone ??= at
  if (isNew) startLeaving(state, course, pod)
  setOver(state, course, pod, leave)
  mayClose(state, course)
}

export function takeFailedHook(state: LedgerState, { uid, at, message }: EventOf<'hook-failed'>): void {
  const pod = state.followed.get(uid)?.pod
  if (pod !== undefined && (pod.hookFailed === undefined || at > pod.hookFailed.at))
    pod.hookFailed = { at, message }
}

export function takeNodeGone(state: LedgerState, { node }: EventOf<'node-gone'>): void {
  for (const { pod } of state.followed.values()) if (pod.node === node) pod.isNodeGone = true
}

export function takeGap(state: LedgerState): void {
  state.isBlind = true
  state.since = undefined
}

const inOrder = (pods: Iterable<FollowedPod>): readonly FollowedPod[] =>
  [...pods].sort((a, b) => (isBefore(a, b) ? -1 : 1))

export function takeList(state: LedgerState, { uids, at }: EventOf<'listed'>): void {
  for (const [uid, followed] of state.followed) {
    if (uids.has(uid)) continue
    end(state, followed, at)
    if (followed.pod.leave !== undefined) followed.pod.leave.isUnseen = true
  }
  const wasBlind = state.isBlind
  state.isBlind = false
  state.since ??= at
  if (wasBlind) for (const { course } of state.workloads.values()) lookAnew(state, course)
}

/** What was told since the gap began says together what is there. */
function lookAnew(state: LedgerState, course: WorkloadCourse): void {
  review(course)
  for (const pod of course.leaving) {
    if (pod.leave === undefined) continue
    lookAround(course, pod, pod.leave)
    depart(course, pod, pod.leave)
  }
  if (course.leaving.size > 0) for (const pod of inOrder(course.pods.values())) succeed(course, pod)
  mayClose(state, course)
  if (course.pods.size === 0) state.awake.add(course)
}

import { LONGEST, longest, type Seconds, seconds, shorter } from '../model/seconds.ts'
import { type FollowedPod, hasPassed, type Leave, readyAt } from './followed-pod.ts'
import type { ContainerEnd, ContainerFacts, Need } from './pod-facts.ts'
import type { DepartureOutcome, DepartureReason } from './verdict.ts'
import { RESOLUTION } from './waits.ts'

/** Of these nothing is known to have been missing; any other reason is certain. */
const UNKNOWN: ReadonlySet<DepartureReason['id']> = new Set([
  'unknown-hook',
  'node-gone',
  'end-unknown',
  'no-delete',
  'unseen',
])

/** `DisruptionTarget` of a Pod that was evicted for its node's memory or disk, or at the node's shutdown (KEP-3329). */
const BY_KUBELET = 'TerminationByKubelet'

/** `DisruptionTarget` of a Pod that was removed because its node no longer exists (KEP-3329). */
const BY_POD_GC = 'DeletionByPodGC'

/** SIGKILL: 128 + 9. */
const KILLED = 137

const OUT_OF_MEMORY = 'OOMKilled'

const secondsBetween = (from: number, to: number): Seconds =>
  seconds(Math.max(0, Math.min(LONGEST, Math.round((to - from) / 1_000))))

/** One second less, as the resolution of times may make it. */
const atLeast = (time: Seconds): number => time - RESOLUTION / 1_000

export const outcomeOf = (reasons: readonly DepartureReason[]): DepartureOutcome =>
  reasons.length === 0 ? 'covered' : reasons.every(({ id }) => UNKNOWN.has(id)) ? 'unknown' : 'exposed'

/** What its own state and its end say, and what the Pod that came for it says. */
export function reasonsOf(
  pod: FollowedPod,
  leave: Leave,
  replacement: FollowedPod | undefined,
): readonly DepartureReason[] {
  if (wasTakenOff(pod, leave)) return []
  const failed = failedHook(pod, leave)
  const ends = pod.containers.flatMap((container, index) =>
    endReasons(pod, leave, container, leave.ends[index]),
  )
  const cut = graceReasons(pod, leave, ends)
  return [
    ...cut,
    ...ends.filter((reason) => failed.length === 0 || !isByFailedHook(reason)),
    ...pod.containers.flatMap((container, index) => hookReasons(pod, leave, container, leave.ends[index])),
    ...failed,
    ...(replacement === undefined ? [] : gateReasons(replacement)),
    ...endpointReasons(pod, leave),
    ...missing(pod, leave, cut),
  ]
}

/** Nothing had sent to it for as long as it was to sleep, when it was deleted: nobody was left to be protected. */
export const wasTakenOff = ({ unneeded, need }: FollowedPod, { deleted }: Leave): boolean =>
  unneeded !== undefined && deleted !== undefined && deleted - unneeded >= atLeast(need.sleep) * 1_000

/**
 * What the delete gave; absent: it was not seen. A grace period of 0 that came when all containers had ended is the kubelet's
 * own last delete; and one of a Pod that its node ended, or whose node no longer exists, cuts nothing.
 */
function givenBy(pod: FollowedPod, { given, ends, isForced }: Leave): Seconds | undefined {
  if (given !== seconds(0)) return given
  const hasEnded = (!isForced || pod.disruption === BY_KUBELET) && ends.every((end) => end !== undefined)
  return hasEnded || isNodeGone(pod) ? undefined : given
}

const isNodeGone = ({ isNodeGone, disruption }: FollowedPod): boolean =>
  isNodeGone || disruption === BY_POD_GC

/** @param ends what is said of the end of each container: a grace period that nothing ran into has cut nothing. */
function graceReasons(
  pod: FollowedPod,
  leave: Leave,
  ends: readonly DepartureReason[],
): readonly DepartureReason[] {
  const { need, stated } = pod
  const needed = longest([need.sleep, need.grace ?? seconds(0)])
  const given = givenBy(pod, leave)
  if (given !== undefined && given < needed && given < stated) {
    const sleep = longest(pod.containers.map((container) => sleepFor(need, container)))
    const isCut = given < sleep || ends.some(({ id }) => id === 'killed')
    if (isCut) return [{ id: 'grace-cut', given, needed }]
  }
  return stated < needed ? [{ id: 'short-grace', stated, needed }] : []
}

/** The sleep that one container needs; 0: no hook is needed. */
const sleepFor = (need: Need, { name }: ContainerFacts): Seconds =>
  need.exceptions?.find(({ container }) => container === name)?.sleep ?? need.sleep

/**
 * It did not run when its Pod was deleted, so that nothing of it was cut then. Where its Pod was watched until then, that was
 * told before: the clock of a node may be slow, and then all ends seem to be earlier than the deletion.
 */
function hadEnded(pod: FollowedPod, leave: Leave, end: ContainerEnd | undefined): boolean {
  if (leave.deleted === undefined || end === undefined) return false
  if (wasTold(pod, end)) return true
  const isWatched = pod.isBorn && !leave.isBlind && pod.disruption !== BY_KUBELET
  return !isWatched && end.at < leave.deleted - RESOLUTION
}

const wasTold = ({ stopped }: FollowedPod, end: ContainerEnd): boolean =>
  stopped !== undefined && end.at <= stopped

/** The same by the clocks alone: whether it was cut is not known. */
const seemsEnded = (pod: FollowedPod, leave: Leave): boolean =>
  pod.containers.some((container, index) => {
    const end = leave.ends[index]
    const isGuessed = end !== undefined && hadEnded(pod, leave, end) && !wasTold(pod, end)
    return isGuessed && sleepFor(pod.need, container) > 0
  })

function hookReasons(
  pod: FollowedPod,
  leave: Leave,
  container: ContainerFacts,
  end: ContainerEnd | undefined,
): readonly DepartureReason[] {
  const needed = sleepFor(pod.need, container)
  if (needed <= 0 || (hadEnded(pod, leave, end) && pod.disruption !== BY_KUBELET)) return []
  const { name, hook } = container
  if (hook === undefined) return [{ id: 'no-hook', container: name }]
  if (hook.length === undefined) return [{ id: 'unknown-hook', container: name }]
  const { length, isOurs } = hook
  return length < needed
    ? [{ id: 'short-hook', container: name, length, needed, ...(isOurs ? { isOurs } : {}) }]
    : []
}

function endReasons(
  pod: FollowedPod,
  leave: Leave,
  { name, hook, ...container }: ContainerFacts,
  end: ContainerEnd | undefined,
): readonly DepartureReason[] {
  const { deleted } = leave
  if (end === undefined) return []
  const needed = sleepFor(pod.need, { name, ...container })
  if (deleted === undefined || hadEnded(pod, leave, end))
    return evicted(pod, { container: name, end, needed })
  const given = givenBy(pod, leave)
  const after = secondsBetween(deleted, end.at)
  const isKilled = end.exitCode === KILLED && end.reason !== OUT_OF_MEMORY
  if (isKilled && given !== undefined && after >= atLeast(given))
    return [{ id: 'killed', container: name, after }]
  // Its deletion was seen only when the kubelet had moved it to the end: when it was asked for is not known.
  if (given === undefined || hook === undefined) return []
  const held = shorter(shorter(hook.length ?? needed, needed), given)
  if (after >= atLeast(held)) return []
  return [{ id: 'ended-early', container: name, after, why: end.reason ?? `exit code ${end.exitCode}` }]
}

interface Ended {
  readonly container: string
  readonly end: ContainerEnd
  readonly needed: Seconds
}

/** The kubelet evicts first, and the object is deleted later, if ever. */
function evicted({ disruption }: FollowedPod, { container, end, needed }: Ended): readonly DepartureReason[] {
  const isKilled = disruption === BY_KUBELET && end.exitCode === KILLED && needed > 0
  return isKilled ? [{ id: 'ended-early', container, after: seconds(0), why: BY_KUBELET }] : []
}

/** A container whose hook has failed gets SIGTERM at once: that it ended early is no further reason. */
const isByFailedHook = (reason: DepartureReason): boolean =>
  reason.id === 'ended-early' && reason.why !== OUT_OF_MEMORY

/** A restart runs the hook too: what failed before the deletion says nothing about it. */
const failedHook = ({ hookFailed }: FollowedPod, { deleted }: Leave): readonly DepartureReason[] =>
  hookFailed !== undefined && (deleted === undefined || hookFailed.at >= deleted - RESOLUTION)
    ? [{ id: 'hook-failed', message: hookFailed.message }]
    : []

/** Its gate was held: it was ready only when its target was. */
export const isHeld = ({ gates, firstReady }: FollowedPod): boolean =>
  gates.length > 0 &&
  hasPassed(gates) &&
  gates.every(({ passed = 0 }) => firstReady === undefined || passed <= firstReady + RESOLUTION)

function gateReasons(pod: FollowedPod): readonly DepartureReason[] {
  if (!pod.need.gated) return []
  if (pod.gates.length === 0) return [{ id: 'no-gate', pod: pod.ref.name }]
  return pod.firstReady === undefined || isHeld(pod) ? [] : [{ id: 'gate-given-up', pod: pod.ref.name }]
}

function endpointReasons(pod: FollowedPod, leave: Leave): readonly DepartureReason[] {
  const { deleted, others, isBlind } = leave
  if (deleted === undefined || others === 'ready') return []
  const own = readyAt(pod, deleted)
  if (own === 'no') return []
  // One that was first seen then may have others that were not seen yet, as where a load balancer has just come.
  const isSure = own === 'yes' && others === 'none' && !isBlind && pod.isBorn
  return isSure ? [{ id: 'last-endpoint' }] : [{ id: 'unseen' }]
}

/** @param cut what is said of its grace period: of a Pod that was removed by force, that is enough. */
function missing(
  pod: FollowedPod,
  leave: Leave,
  cut: readonly DepartureReason[],
): readonly DepartureReason[] {
  if (leave.failure !== undefined) return [{ id: 'no-delete', why: leave.failure.why }]
  if (leave.isUnseen || leave.deleted === undefined) return [{ id: 'unseen' }]
  if (leave.ends.some((end) => end === undefined)) {
    if (isNodeGone(pod)) return [{ id: 'node-gone', node: pod.node ?? '' }]
    return givenBy(pod, leave) === seconds(0) && cut.length > 0 ? [] : [{ id: 'end-unknown' }]
  }
  return givenBy(pod, leave) === undefined || seemsEnded(pod, leave) ? [{ id: 'unseen' }] : []
}

/** How long SIGTERM was held back, in the container where it was shortest; absent: not known, or nobody needed it. */
export function sleptBy(pod: FollowedPod, leave: Leave): Seconds | undefined {
  const { deleted } = leave
  if (wasTakenOff(pod, leave)) return undefined
  const given = givenBy(pod, leave)
  if (deleted === undefined || given === undefined) return undefined
  let least: Seconds | undefined
  for (const [index, container] of pod.containers.entries()) {
    const end = leave.ends[index]
    if (hadEnded(pod, leave, end) || sleepFor(pod.need, container) <= 0) continue
    const slept = heldBack(container, given, end === undefined ? undefined : secondsBetween(deleted, end.at))
    if (slept === undefined) return undefined
    least = least === undefined ? slept : shorter(least, slept)
  }
  return least
}

function heldBack({ hook }: ContainerFacts, given: Seconds, after: Seconds | undefined): Seconds | undefined {
  if (hook === undefined) return seconds(0)
  if (hook.length === undefined || after === undefined) return undefined
  const held = shorter(hook.length, given)
  return after >= atLeast(held) ? held : after
}

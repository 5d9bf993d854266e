import type { ObjectRef } from '../model/object-ref.ts'
import { type FollowedPod, type Leave, lastEnd } from './followed-pod.ts'
import { outcomeOf, reasonsOf, sleptBy } from './judge.ts'
import type { Departure, DepartureReason } from './verdict.ts'

/** What is said of one Pod that left. */
export function departureOf(
  workload: ObjectRef,
  pod: FollowedPod,
  leave: Leave,
  replacement: FollowedPod | undefined,
): Departure {
  const reasons = once(reasonsOf(pod, leave, replacement))
  const { deleted, given, gone } = leave
  const { revision, ip, node, disruption } = pod
  const ended = lastEnd(leave)
  const slept = sleptBy(pod, leave)
  const replaced = replacement?.firstReady
  return {
    uid: pod.uid,
    pod: pod.ref,
    workload,
    ...(revision === undefined ? {} : { revision }),
    ...(ip === undefined ? {} : { ip }),
    ...(node === undefined ? {} : { node }),
    ...(deleted === undefined ? {} : { deleted }),
    ...(given === undefined ? {} : { graceGiven: given }),
    graceStated: pod.stated,
    ...(ended === undefined ? {} : { ended }),
    ...(gone === undefined ? {} : { gone }),
    ...(slept === undefined ? {} : { slept }),
    exitCodes: pod.containers.flatMap(({ name }, index) => {
      const end = leave.ends[index]
      if (end === undefined) return []
      return [
        { container: name, code: end.exitCode, ...(end.reason === undefined ? {} : { reason: end.reason }) },
      ]
    }),
    ...(disruption === undefined ? {} : { disruption }),
    needed: pod.need.sleep,
    ...(replaced === undefined ? {} : { replaced }),
    outcome: outcomeOf(reasons),
    reasons,
  }
}

/** Several things may be unseen; it is said once. */
const once = (reasons: readonly DepartureReason[]): readonly DepartureReason[] =>
  reasons.filter(
    ({ id }, index) => id !== 'unseen' || reasons.findIndex((other) => other.id === id) === index,
  )

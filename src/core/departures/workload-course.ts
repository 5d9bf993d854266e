import type { ObjectRef } from '../model/object-ref.ts'
import type { FollowedPod } from './followed-pod.ts'
import type { RolloutCourse } from './rollout-course.ts'
import type { Departure } from './verdict.ts'

/** A departure that is judged, and of which a rollout may still come. */
interface LooseDeparture {
  readonly departure: Departure
  /** When it is said to belong to none, by the ledger's own clock. */
  readonly due: number
}

/** The Pods of one workload behind load balancers, and what they tell about its rollouts. */
export interface WorkloadCourse {
  readonly workload: ObjectRef
  /** Whether one more departure may be kept by itself. */
  readonly room: () => boolean
  /** A Pod stays here until its departure is judged. */
  readonly pods: Map<string, FollowedPod>
  /** Those of them that leave. */
  readonly leaving: Set<FollowedPod>
  /** How many of each template are there: not gone, and not ended. */
  readonly revisions: Map<string, number>
  /** What it rolls out, or has rolled out last; absent: nothing tells its templates apart. */
  target: string | undefined
  /** When the newest Pod of the target was created. */
  newest: number | undefined
  /** A Pod of a template that is being replaced was created: a replacement, or a rollback has begun. */
  back: { readonly revision: string; readonly since: number } | undefined
  open: RolloutCourse | undefined
  /** Ended, and not told yet: departures or gates are not settled. */
  closing: RolloutCourse[]
  /** Which rollout a Pod that leaves belongs to. */
  readonly taken: Map<FollowedPod, RolloutCourse>
  loose: LooseDeparture[]
  /** Since when none is there, by the ledger's own clock. */
  empty: number | undefined
  /** Since when none of the rollout's own template is there, and others are, by the ledger's own clock. */
  targetless: number | undefined
}

export const beginCourse = (workload: ObjectRef, room: () => boolean): WorkloadCourse => ({
  workload,
  room,
  pods: new Map(),
  leaving: new Set(),
  revisions: new Map(),
  target: undefined,
  newest: undefined,
  back: undefined,
  open: undefined,
  closing: [],
  taken: new Map(),
  loose: [],
  empty: undefined,
  targetless: undefined,
})

export function addPod(course: WorkloadCourse, pod: FollowedPod): void {
  course.pods.set(pod.uid, pod)
  course.empty = undefined
  if (pod.revision !== undefined)
    course.revisions.set(pod.revision, (course.revisions.get(pod.revision) ?? 0) + 1)
}

/** It is gone, or it has ended. */
export function countOut({ revisions }: WorkloadCourse, { revision }: FollowedPod): void {
  if (revision === undefined) return
  const left = (revisions.get(revision) ?? 1) - 1
  if (left > 0) revisions.set(revision, left)
  else revisions.delete(revision)
}

export function dropPod(course: WorkloadCourse, pod: FollowedPod): void {
  course.leaving.delete(pod)
  course.pods.delete(pod.uid)
}

import type { Seconds } from '../model/seconds.ts'
import type { HandoverRecord } from './record.ts'

/** A Pod, as far as a handover looks at it. */
export interface PodView {
  readonly name: string
  readonly uid: string
  /** Of the object, for writes over nothing but what was read. */
  readonly version: string
  readonly labels: Readonly<Record<string, string>>
  /** Text of the annotation `slackwater.dev/handover`. */
  readonly handover?: string
  /** Text of the annotation `controller.kubernetes.io/pod-deletion-cost`. */
  readonly cost?: string
  /** Its condition Ready is True: all containers, and all readiness gates. */
  readonly isReady: boolean
  readonly isDeleting: boolean
  /** Its containers have ended for good. */
  readonly isOver: boolean
  /**
   * The shortest preStop hook of its regular containers; one of unknown length counts as the longest, as it does in a
   * report. Absent: a container has none.
   */
  readonly hook?: Seconds
  /** It has the readiness gate of a target group. */
  readonly isGated: boolean
  /** RFC 3339 in UTC, so text order is time order. */
  readonly created: string
  /** Uid of its controller; absent: it has none. */
  readonly owner?: string
}

/**
 * Whether the ReplicaSet is the one that its workload wants.
 * - `current`: it is, and nothing else is under way;
 * - `unsettled`: the workload has just been changed, and its controller has not seen it;
 * - `rolling`: a rollout to another template goes on;
 * - `replaced`: such a rollout is over, or the workload is gone.
 */
export type ReplicaSetStanding = 'current' | 'unsettled' | 'rolling' | 'replaced'

/** What stands around the old Pods of one ReplicaSet at one moment. */
export interface Scene {
  readonly standing: ReplicaSetStanding
  /** Absent: it does not exist any more. */
  readonly replicaSet?: {
    readonly uid: string
    readonly replicas: number
    /** `minReadySeconds`: a Pod that has been ready for less is not available yet. */
    readonly minReady?: number
    /** Why it could not create a Pod when it last tried; absent: it could. */
    readonly failure?: string
  }
  /** Pods that it selects and owns, without those that are being deleted or are over. */
  readonly members: readonly PodView[]
  /** Uids of the members that load balancers certainly send to, as far as can be known. */
  readonly serving: ReadonlySet<string>
}

/** Members that are ready. */
export const readyIn = ({ members }: Pick<Scene, 'members'>): number =>
  members.filter(({ isReady }) => isReady).length

/** How many Pods a ReplicaSet wants and could not create. */
export function uncreatedIn({ standing, replicaSet, members }: Scene): number {
  if (standing !== 'current' || replicaSet?.failure === undefined) return 0
  return Math.max(0, replicaSet.replicas - members.length)
}

/** Whether the Pods that stay are as many as served before, or as many as the workload wants by now. */
export function mayLeave(scene: Scene, { floor }: Pick<HandoverRecord, 'floor'>): boolean {
  const { standing, replicaSet, members, serving } = scene
  if (standing === 'replaced') return true
  if (standing !== 'current' || replicaSet === undefined) return false
  const staying = members.filter(({ uid, isReady }) => isReady && serving.has(uid)).length
  return staying >= Math.min(floor, replicaSet.replicas)
}

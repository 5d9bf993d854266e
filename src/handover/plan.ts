import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Seconds } from '../core/model/seconds.ts'
import type { RefusalId } from './refusal-ids.ts'

/** How the running Pods of one workload that lack their hook or gate can be replaced without loss. */
export interface HandoverPlan {
  /** Deployment, Rollout or ReplicaSet. */
  readonly workload: ObjectRef
  /** The ReplicaSet that makes the replacements. */
  readonly replicaSet: ObjectRef
  /** Label that the ReplicaSet selects and no Service does: without it the ReplicaSet makes another Pod. */
  readonly releaseLabel: string
  /** Labels without which no Service selects the Pod; the fewest that do it. */
  readonly leaveLabels: readonly string[]
  /** Whose selectors these are. */
  readonly services: readonly string[]
  /** PodDisruptionBudgets that select the Pods: their controller must be woken when labels have changed. */
  readonly disruptionBudgets: readonly string[]
  /** The needed sleep S: so long after it has left the Services, no load balancer sends to a Pod anymore. */
  readonly sleep: Seconds
  /** How long a target may need to become healthy: for a Pod that comes back to its Services. */
  readonly healthy: Seconds
  /** A replacement must have a readiness gate of a target group. */
  readonly gated: boolean
  /** Those to be replaced, the oldest first; also those that an earlier call has begun with. */
  readonly pods: readonly OldPod[]
  /** What could not be looked at, and what may go wrong because of it; sentences. */
  readonly cautions: readonly string[]
}

export interface OldPod {
  readonly name: string
  readonly uid: string
  /** `no hook`, `short hook`, `short grace period`, `no gate`: why it is replaced; empty: an earlier call began with it. */
  readonly lacks: readonly string[]
}

/** Why nothing is done, and what to do in its place; sentences. */
export interface Refusal {
  readonly workload: ObjectRef
  /** Fixed: programs may match it. */
  readonly id: RefusalId
  readonly reason: string
  readonly alternative: string
}

/** Where the replacement of one Pod stands. */
export type PodState =
  | 'waiting'
  /** Its ReplicaSet makes another Pod, which is not ready yet. */
  | 'replacing'
  /** It has left the Services, and serves what load balancers still send. */
  | 'leaving'
  /** It is being deleted. */
  | 'ending'
  | 'done'
  | 'undone'
  | 'failed'

export interface PodProgress {
  readonly pod: string
  readonly state: PodState
  /** The Pod that came for it. */
  readonly replacement?: string
  /** What is waited for, or what went wrong; a clause. */
  readonly note?: string
}

export interface HandoverResult {
  readonly workload: ObjectRef
  /** `planned`: with --dry-run. */
  readonly state: 'done' | 'nothing-to-do' | 'planned' | 'undone' | 'failed'
  readonly pods: readonly PodProgress[]
  /** What happened, one sentence. */
  readonly text: string
}

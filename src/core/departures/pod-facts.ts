import type { ObjectRef } from '../model/object-ref.ts'
import type { Seconds } from '../model/seconds.ts'

/** What the ledger keeps of a Pod: nothing but what a departure is judged by. Times are milliseconds since 1970. */
export interface PodFacts {
  readonly uid: string
  readonly ref: ObjectRef
  /** Its workload; a Pod of its own: itself. */
  readonly workload: ObjectRef
  /** What tells the templates of one workload apart: a hash of its ReplicaSet or controller revision. */
  readonly revision?: string
  readonly created: number
  readonly ip?: string
  readonly node?: string
  /** Of its spec. */
  readonly grace: Seconds
  /** Absent: it is not being deleted. */
  readonly deletion?: PodDeletion
  /** Absent: it has not ended by itself, or it is being deleted. */
  readonly failure?: PodFailure
  /** Its regular containers. */
  readonly containers: readonly ContainerFacts[]
  /** None of its containers has run so far: its image is not pulled, no node takes it. Absent: one has, or nobody knows. */
  readonly neverRan?: true
  /** Types of its readiness gates of target groups, each with the time since when its condition is True. */
  readonly gates: readonly GateFacts[]
  /** Since when all its containers are ready; absent: they are not, or it is unknown. */
  readonly containersReady?: number
  /** Since when it is ready, gates included; absent: it is not. */
  readonly ready?: number
  /**
   * Since when it is not ready; absent: it is, or nothing says so. Of two states whose order is unknown, the later of these
   * two times tells which is the newer.
   */
  readonly notReady?: number
  /** `reason` of its condition DisruptionTarget, if that is True: evicted, preempted, its node gone. */
  readonly disruption?: string
}

/**
 * Of one state of the Pod. The grace period can only become shorter, and the kubelet's own last delete makes it 0 for every
 * Pod (it removes the object with it), so what the delete gave is the longest that was ever seen.
 */
export interface PodDeletion {
  /** When it was asked for: `deletionTimestamp` is that moment and the grace period. */
  readonly at: number
  /** That the delete gave it; a drain or an eviction may give less than the spec says. */
  readonly grace: Seconds
}

/** It has ended without a delete: evicted by its node, or at the node's shutdown. Its object stays for long. */
export interface PodFailure {
  /** When that began, as far as it is known. */
  readonly at: number
  /** `reason` of DisruptionTarget, or else of its status. */
  readonly why: string
}

export interface ContainerFacts {
  readonly name: string
  /** Absent: it has no preStop hook. */
  readonly hook?: { readonly length?: Seconds; readonly isOurs: boolean }
  /** Absent: it runs, or how it ended is unknown. */
  readonly end?: ContainerEnd
}

export interface ContainerEnd {
  readonly at: number
  readonly exitCode: number
  /** `OOMKilled`, `Error`, `Completed`. */
  readonly reason?: string
}

export interface GateFacts {
  readonly type: string
  /** Absent: it has not passed, or when is not known. */
  readonly passed?: number
}

/** What stood in front of a Pod, and what it needed, when it was looked at: as admission would say at that moment. */
export interface Need {
  /** The needed sleep S, of every regular container; 0: none needs a hook. */
  readonly sleep: Seconds
  /** Of containers that need another: a proxy that outlives a graceful application, or 0. */
  readonly exceptions?: readonly { readonly container: string; readonly sleep: Seconds }[]
  /** The needed grace period G; absent: unknown. */
  readonly grace?: Seconds
  /** A target group has ip targets: without a readiness gate nobody waits for the replacement's target. */
  readonly gated: boolean
}

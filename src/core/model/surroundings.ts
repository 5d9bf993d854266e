import type { Seconds } from './seconds.ts'
import type { CountOrPercent } from './workload.ts'

/** How many of a workload's Pods may be evicted at a time (policy/v1 PodDisruptionBudgetSpec). At most one is set. */
export interface DisruptionBudget {
  readonly name: string
  /** It may select Pods of other workloads too: then the replicas of one do not show what it allows. */
  readonly isShared: boolean
  readonly minAvailable?: CountOrPercent
  readonly maxUnavailable?: CountOrPercent
}

/** How many Pods a namespace may have at a time. */
export interface PodQuota {
  readonly name: string
  readonly pods: number
}

/** What the nodes of a NodePool give the Pods on them. */
export interface NodePool {
  readonly name: string
  /** All its nodes are Spot capacity. */
  readonly isSpot: boolean
  /** How long after the beginning of a node's drain Karpenter ends its Pods; absent: it waits for them. */
  readonly terminationGrace?: Seconds
}

/** What limits a workload's Pods apart from load balancers, as far as it is known. */
export interface Surroundings {
  /** Those that select its Pods, by name. */
  readonly disruptionBudgets: readonly DisruptionBudget[]
  /** Those of its namespace, by name. */
  readonly podQuotas: readonly PodQuota[]
  /** Those that its Pods ask for by name, as far as they are known. */
  readonly nodePools: readonly NodePool[]
}

export const NO_SURROUNDINGS: Surroundings = { disruptionBudgets: [], podQuotas: [], nodePools: [] }

import { mostReplicas, ofMaximum } from '../../model/replicas.ts'
import { type Rule, remarkIf } from '../rule.ts'

/**
 * Terminating pods do not count against maxSurge: while they sleep, the next new ones start. At the worst all
 * old pods still sleep when all new ones run, twice the replicas; a ResourceQuota or a full node group must
 * bear that. An upper bound, so with an autoscaler twice its maximum; where nobody states replicas there is none.
 */
export const rolloutPeakPods: Rule = {
  id: 'rollout-peak-pods',
  check: ({ workload, budget, outage }) => {
    if (workload?.replacement.kind !== 'rolling' || outage !== undefined) return []
    const peak = 2 * (mostReplicas(workload) ?? 0)
    return remarkIf(
      peak > 0 && budget.sleep > 0,
      () =>
        `up to ${peak} pods at once in a rollout${ofMaximum(workload)}: terminating ones do not count against maxSurge`,
    )
  },
}

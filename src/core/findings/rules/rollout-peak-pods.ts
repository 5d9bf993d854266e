import type { CountOrPercent } from '../../model/workload.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** A percentage of maxSurge is rounded up (Kubernetes, Deployment rolling update). */
const countOf = (value: CountOrPercent, replicas: number): number =>
  'count' in value ? value.count : Math.ceil((replicas * value.percent) / 100)

/**
 * Terminating pods do not count against maxSurge: while they sleep, the next new ones start. At the worst all
 * old pods still sleep when all new ones run; a ResourceQuota or a full node group must bear that.
 */
export const rolloutPeakPods: Rule = {
  id: 'rollout-peak-pods',
  check: ({ workload, budget, outage }) => {
    if (workload?.replacement.kind !== 'rolling' || outage !== undefined) return []
    const replicas = workload.replicas ?? 1
    const peak = 2 * replicas + countOf(workload.replacement.maxSurge, replicas)
    return remarkIf(
      replicas > 0 && budget.sleep > 0,
      () => `up to ${peak} pods at once in a rollout: terminating ones do not count against maxSurge`,
    )
  },
}

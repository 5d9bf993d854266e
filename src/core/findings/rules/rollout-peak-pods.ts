import { mostReplicas, ofMaximum } from '../../model/replicas.ts'
import { NO_SURROUNDINGS } from '../../model/surroundings.ts'
import type { Rule } from '../rule.ts'

/**
 * Terminating pods do not count against maxSurge: while they sleep, the next new ones start. At the worst all old pods
 * still sleep when all new ones run, twice the replicas. A ResourceQuota counts a pod until its grace period is over
 * (kubernetes 1.35, pkg/quota/v1/evaluator/core/pods.go, QuotaV1Pod). Without a quota there is nothing to compare with.
 * An upper bound, so with an autoscaler twice its maximum; where nobody states replicas there is none.
 */
export const rolloutPeakPods: Rule = {
  id: 'rollout-peak-pods',
  check: ({ workload, budget, outage, surroundings = NO_SURROUNDINGS }) => {
    if (workload?.replacement.kind !== 'rolling' || outage !== undefined || budget.sleep === 0) return []
    const peak = 2 * (mostReplicas(workload) ?? 0)
    return surroundings.podQuotas
      .filter(({ pods }) => pods < peak)
      .map(({ name, pods }) => ({
        about: name,
        brief: `up to ${peak} pods in a rollout, ResourceQuota ${name} allows ${pods}`,
        message: `up to ${peak} pods at once in a rollout${ofMaximum(workload)}, ResourceQuota ${name} allows ${pods}: new ones wait for old ones to end`,
      }))
  },
}

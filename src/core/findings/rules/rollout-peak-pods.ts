import { NO_SURROUNDINGS } from '../../model/surroundings.ts'
import { leastReplicas } from '../replicas.ts'
import type { Rule } from '../rule.ts'

/**
 * Terminating pods do not count against maxSurge: while they sleep, the next new ones start. At the worst all old pods
 * still sleep when all new ones run, twice the replicas. A ResourceQuota counts a pod until its grace period is over
 * (kubernetes 1.35, pkg/quota/v1/evaluator/core/pods.go, QuotaV1Pod). Without a quota there is nothing to compare with.
 */
export const rolloutPeakPods: Rule = {
  id: 'rollout-peak-pods',
  check: (situation) => {
    const { workload, budget, outage, surroundings = NO_SURROUNDINGS } = situation
    if (workload?.replacement.kind !== 'rolling' || outage !== undefined || budget.sleep === 0) return []
    const peak = 2 * (leastReplicas(situation) ?? 0)
    return surroundings.podQuotas
      .filter(({ pods }) => pods < peak)
      .map(({ name, pods }) => ({
        about: name,
        message: `up to ${peak} pods at once in a rollout, ResourceQuota ${name} allows ${pods}: new ones wait for old ones to end`,
      }))
  },
}

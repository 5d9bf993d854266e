import { leastReplicas, ofMinimum } from '../../model/replicas.ts'
import { type Rule, remarkIf } from '../rule.ts'

/**
 * One replica: a node that fails takes the service with it, whatever a rollout does. Where nobody states how many there
 * are, nothing is said.
 */
export const singleReplica: Rule = {
  id: 'single-replica',
  check: ({ workload, outage }) => {
    if (workload === undefined || outage !== undefined) return []
    return remarkIf(
      leastReplicas(workload) === 1,
      () => `one replica${ofMinimum(workload)}: nothing serves while its node fails or is drained; run two`,
    )
  },
}

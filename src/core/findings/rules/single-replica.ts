import { type Rule, remarkIf } from '../rule.ts'

/** One replica: a node that fails takes the service with it, whatever a rollout does. */
export const singleReplica: Rule = {
  id: 'single-replica',
  check: ({ workload, outage }) =>
    remarkIf(
      workload !== undefined && (workload.replicas ?? 1) === 1 && outage === undefined,
      () => 'one replica',
    ),
}

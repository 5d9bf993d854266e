import { leastReplicas, ofMinimum, type ScaledWorkload } from '../../model/replicas.ts'
import { atObject, yaml } from '../paste.ts'
import { pasteOf, type Rule, remarkIf } from '../rule.ts'

/**
 * One replica: a node that fails takes the service with it, whatever a rollout does. Where nobody states how many there
 * are, nothing is said.
 */
export const singleReplica: Rule = {
  id: 'single-replica',
  check: ({ workload, outage }) => {
    if (workload === undefined || outage !== undefined) return []
    return remarkIf(leastReplicas(workload) === 1, () => ({
      message: `one replica${ofMinimum(workload)}: nothing serves while its node fails or is drained; run two`,
      brief: 'one replica, nothing serves while its node fails',
      ...pasteOf(twoOf(workload)),
    }))
  },
}

/** Two at a time run in each of its rolling updates anyway. Others may be made to be alone: undefined. */
function twoOf({ replacement, autoscaled }: ScaledWorkload): string | undefined {
  if (replacement.kind !== 'rolling') return undefined
  if (autoscaled === undefined) return yaml({ spec: { replicas: 2 } })
  const { by } = autoscaled
  if (by.kind === 'HorizontalPodAutoscaler') return atObject(by, { spec: { minReplicas: 2 } })
  return by.kind === 'ScaledObject' ? atObject(by, { spec: { minReplicaCount: 2 } }) : undefined
}

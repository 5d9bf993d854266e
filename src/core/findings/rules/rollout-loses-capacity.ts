import type { CountOrPercent } from '../../model/workload.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** A percentage of maxUnavailable is rounded down (Kubernetes, Deployment rolling update). */
const countOf = (value: CountOrPercent, replicas: number): number =>
  'count' in value ? value.count : Math.floor((replicas * value.percent) / 100)

/** maxUnavailable lets the last pod go before a new one is ready. */
export const rolloutLosesCapacity: Rule = {
  id: 'rollout-loses-capacity',
  check: ({ workload, outage }) => {
    if (workload?.replacement.kind !== 'rolling' || outage !== undefined) return []
    const replicas = workload.replicas ?? 1
    const unavailable = countOf(workload.replacement.maxUnavailable, replicas)
    return remarkIf(
      replicas > 0 && unavailable >= replicas,
      () => `maxUnavailable allows all ${replicas} replicas to be unavailable before a new one is ready`,
    )
  },
}

import { leastReplicas, ofMinimum, type ScaledWorkload } from '../../model/replicas.ts'
import type { CountOrPercent } from '../../model/workload.ts'
import { yaml } from '../paste.ts'
import { pasteOf, type Rule, remarkIf } from '../rule.ts'

/** maxUnavailable lets the last pod go before a new one is ready. With an autoscaler, while there are the fewest. */
export const rolloutLosesCapacity: Rule = {
  id: 'rollout-loses-capacity',
  check: ({ workload, outage }) => {
    if (workload?.replacement.kind !== 'rolling' || outage !== undefined) return []
    return remarkIf(takesAll(workload.replacement.maxUnavailable, leastReplicas(workload)), () => ({
      message: `maxUnavailable allows ${allOf(workload)} to be unavailable before a new one is ready`,
      brief: `maxUnavailable takes ${countText(workload)}`,
      ...pasteOf(surging(workload)),
    }))
  },
}

/** Only a Deployment has the two numbers in this place. */
const surging = ({ ref: { kind } }: ScaledWorkload): string | undefined =>
  kind === 'Deployment'
    ? yaml({ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } })
    : undefined

/** A percentage is rounded down (Kubernetes, Deployment rolling update): only one of 100 or more takes all there are. */
function takesAll(maxUnavailable: CountOrPercent, replicas: number | undefined): boolean {
  if ('percent' in maxUnavailable) return replicas !== 0 && maxUnavailable.percent >= 100
  return replicas !== undefined && replicas > 0 && maxUnavailable.count >= replicas
}

const allOf = (workload: ScaledWorkload): string =>
  leastReplicas(workload) === undefined ? countText(workload) : `${countText(workload)}${ofMinimum(workload)}`

function countText(workload: ScaledWorkload): string {
  const replicas = leastReplicas(workload)
  if (replicas === undefined) return 'all replicas'
  return replicas === 1 ? 'the only replica' : `all ${replicas} replicas`
}

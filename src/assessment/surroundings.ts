import type { RelatedObject } from '../core/discovery/objects/related.ts'
import type { NodePool, Surroundings } from '../core/model/surroundings.ts'
import { given } from '../kubernetes/json.ts'

/** What the objects about a workload say of its Pods. */
export function surroundingsOf(
  related: readonly RelatedObject[],
  nodePools: readonly NodePool[],
): Surroundings {
  const least = related.flatMap((object) => ('minReplicas' in object ? [object.minReplicas] : []))
  return {
    nodePools,
    ...(least.length === 0 ? {} : { leastReplicas: Math.min(...least) }),
    disruptionBudgets: related.flatMap((object) =>
      object.kind === 'PodDisruptionBudget'
        ? [
            {
              name: object.ref.name,
              ...given('minAvailable', object.minAvailable),
              ...given('maxUnavailable', object.maxUnavailable),
            },
          ]
        : [],
    ),
    podQuotas: related.flatMap((object) =>
      object.kind === 'ResourceQuota' ? [{ name: object.ref.name, pods: object.pods }] : [],
    ),
  }
}

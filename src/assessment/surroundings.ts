import type { Subject } from '../core/decision/subject.ts'
import { nodePoolsNamed } from '../core/discovery/objects/node-pools.ts'
import { type RelatedObject, relatedTo } from '../core/discovery/objects/related.ts'
import type { ObjectView } from '../core/discovery/objects/view.ts'
import type { DisruptionBudget, PodQuota, Surroundings } from '../core/model/surroundings.ts'
import { given } from '../kubernetes/json.ts'

/** What the objects about a workload, or about that of a Pod, say of its Pods. */
export function surroundingsOf({ ref, workload, template }: Subject, objects: ObjectView): Surroundings {
  const related = relatedTo(workload?.ref ?? ref, template.labels, objects)
  const least = related.flatMap((object) => ('minReplicas' in object ? [object.minReplicas] : []))
  return {
    ...(least.length === 0 ? {} : { leastReplicas: Math.min(...least) }),
    disruptionBudgets: related.flatMap(disruptionBudgetOf),
    podQuotas: related.flatMap(podQuotaOf),
    nodePools: nodePoolsNamed(template.nodePools ?? [], objects),
  }
}

function disruptionBudgetOf(object: RelatedObject): readonly DisruptionBudget[] {
  if (object.kind !== 'PodDisruptionBudget') return []
  const { ref, minAvailable, maxUnavailable } = object
  return [
    { name: ref.name, ...given('minAvailable', minAvailable), ...given('maxUnavailable', maxUnavailable) },
  ]
}

const podQuotaOf = (object: RelatedObject): readonly PodQuota[] =>
  object.kind === 'ResourceQuota' ? [{ name: object.ref.name, pods: object.pods }] : []

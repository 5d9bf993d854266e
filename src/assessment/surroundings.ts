import type { Subject } from '../core/decision/subject.ts'
import { expressionsOf, type LabelSelector } from '../core/discovery/objects/label-selector.ts'
import { nodePoolsNamed } from '../core/discovery/objects/node-pools.ts'
import { type RelatedObject, relatedTo } from '../core/discovery/objects/related.ts'
import type { ObjectView } from '../core/discovery/objects/view.ts'
import type { DisruptionBudget, PodQuota, Surroundings } from '../core/model/surroundings.ts'
import { at, entriesOf, given, isPresent, type JsonNode, root } from '../kubernetes/json.ts'

/**
 * What the objects about a workload, or about that of a Pod, say of its Pods.
 * @param raw the object itself: its selector is read only here.
 */
export function surroundingsOf(subject: Subject, raw: unknown, objects: ObjectView): Surroundings {
  const { ref, workload, template } = subject
  const selector = at(root(raw), 'spec', 'selector')
  const related = relatedTo(workload?.ref ?? ref, template.labels, objects)
  return {
    disruptionBudgets: related.flatMap((object) => disruptionBudgetOf(object, selector)),
    podQuotas: related.flatMap(podQuotaOf),
    nodePools: nodePoolsNamed(template.nodePools ?? [], objects),
  }
}

function disruptionBudgetOf(object: RelatedObject, selector: JsonNode): readonly DisruptionBudget[] {
  if (object.kind !== 'PodDisruptionBudget') return []
  const { ref, about, minAvailable, maxUnavailable } = object
  const isShared = !isWithin(selector, about.pods)
  return [
    {
      name: ref.name,
      isShared,
      ...given('minAvailable', minAvailable),
      ...given('maxUnavailable', maxUnavailable),
    },
  ]
}

/**
 * Whether a budget asks for every label by which a workload knows its Pods: no other workload has Pods with all of them
 * (Kubernetes, Deployment: selectors must not overlap).
 */
function isWithin(selector: JsonNode, pods: LabelSelector | undefined): boolean {
  const labels = entriesOf(at(selector, 'matchLabels'))
  if (pods === undefined || labels.length === 0 || isPresent(at(selector, 'matchExpressions'))) return false
  const asked = expressionsOf(pods).filter(({ operator, values }) => operator === 'In' && values.length === 1)
  const values = new Map(asked.map(({ key, values: [value] }) => [key, value]))
  return labels.every(([key, { value }]) => values.get(key) === value)
}

const podQuotaOf = (object: RelatedObject): readonly PodQuota[] =>
  object.kind === 'ResourceQuota' ? [{ name: object.ref.name, pods: object.pods }] : []

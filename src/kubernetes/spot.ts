import { at, isPresent, itemsOf, type JsonNode, membersOf } from './json.ts'

/** Node labels with the capacity type: EKS managed node groups, Karpenter, and Karpenter's old name. */
const CAPACITY_LABELS = [
  'eks.amazonaws.com/capacityType',
  'karpenter.sh/capacity-type',
  'node.kubernetes.io/lifecycle',
]

const isSpot = (value: unknown): boolean => typeof value === 'string' && value.toLowerCase() === 'spot'

/** Whether a pod spec asks for Spot capacity, by node selector or by node affinity (required or preferred). */
export function asksForSpot(spec: JsonNode): boolean {
  const selector = membersOf(at(spec, 'nodeSelector'))
  return (
    CAPACITY_LABELS.some((key) => isSpot(selector[key])) ||
    affinityTerms(at(spec, 'affinity', 'nodeAffinity')).some(termAsksForSpot)
  )
}

function affinityTerms(affinity: JsonNode): readonly JsonNode[] {
  if (affinity.value === undefined) return []
  const required = at(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms')
  const preferred = at(affinity, 'preferredDuringSchedulingIgnoredDuringExecution')
  return [...itemsOf(required), ...itemsOf(preferred).map((item) => at(item, 'preference'))]
}

const termAsksForSpot = (term: JsonNode): boolean =>
  itemsOf(at(term, 'matchExpressions')).some(
    (expression) =>
      CAPACITY_LABELS.includes(String(at(expression, 'key').value)) &&
      at(expression, 'operator').value === 'In' &&
      itemsOf(at(expression, 'values')).some(({ value }) => isSpot(value)),
  )

/** The node label with the name of Karpenter's NodePool (karpenter.sh, Scheduling, well-known labels). */
const NODE_POOL = 'karpenter.sh/nodepool'

/** The NodePools that a pod spec names, by node selector or by node affinity (required or preferred), each once. */
export function nodePoolsOf(spec: JsonNode): readonly string[] | undefined {
  const expressions = affinityTerms(at(spec, 'affinity', 'nodeAffinity')).flatMap((term) =>
    itemsOf(at(term, 'matchExpressions')).filter(
      (one) => at(one, 'key').value === NODE_POOL && at(one, 'operator').value === 'In',
    ),
  )
  if (expressions.length === 0 && !isPresent(at(spec, 'nodeSelector'))) return undefined
  const named = [
    at(spec, 'nodeSelector', NODE_POOL),
    ...expressions.flatMap((one) => itemsOf(at(one, 'values'))),
  ]
  const names = new Set(named.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])))
  return names.size === 0 ? undefined : [...names]
}

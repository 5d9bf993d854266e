import { ASSUME_ANNOTATION } from '../model/keys.ts'
import { ASSUMED_CONTROLLER, ASSUMED_GROUP, isAssumption } from '../model/overrides.ts'
import type { ExposedNamespace, LiveView } from './inventory.ts'

/**
 * Namespaces with a workload that is to be treated as if a load balancer with ip targets sent to it (`assume` on its
 * template or on the namespace). The readiness-gate label does no harm there: the controller injects a gate only where a
 * TargetGroupBinding matches the Pod (LBC pkg/inject/pod_readiness.go).
 */
export function assumedNamespaces(
  known: Pick<LiveView, 'workloads' | 'namespace'>,
): readonly ExposedNamespace[] {
  const found = new Set<string>()
  for (const { ref, assume } of known.workloads()) {
    if (found.has(ref.namespace)) continue
    // As in a decision: the first value that can be read.
    const places = [assume, known.namespace(ref.namespace)?.annotations[ASSUME_ANNOTATION]]
    const assumption = places.flatMap((text) => text?.trim() ?? []).find(isAssumption)
    if (assumption !== undefined && ASSUMED_GROUP[assumption]?.targetType === 'ip') found.add(ref.namespace)
  }
  return [...found].map((name) => ({ namespace: name, controller: ASSUMED_CONTROLLER }))
}

export const keyOfExposed = ({ namespace, controller }: ExposedNamespace): string =>
  `${namespace}\0${controller}`

import type { InventoryView } from '../inventory/inventory.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Pod, WorkloadSummary } from '../model/workload.ts'
import { HASH_LABELS } from '../model/workload-kind.ts'

/**
 * The workload that a Pod belongs to: the owner of its ReplicaSet, found from the ReplicaSet's name without the hash;
 * else the Pod's owner itself. Undefined if it is not in the inventory.
 */
export function workloadOfPod(
  { owner, template }: Pod,
  inventory: InventoryView,
): WorkloadSummary | undefined {
  if (owner === undefined) return undefined
  const candidates = owner.kind === 'ReplicaSet' ? [...ownersOf(owner, template.labels), owner] : [owner]
  for (const candidate of candidates) {
    const workload = inventory.workload(candidate)
    if (workload !== undefined) return workload
  }
  return undefined
}

function ownersOf({ namespace, name }: ObjectRef, labels: Pod['template']['labels']): readonly ObjectRef[] {
  return HASH_LABELS.flatMap(([label, kind]) => {
    const suffix = `-${labels[label] ?? ''}`
    return suffix !== '-' && name.endsWith(suffix)
      ? [{ kind, namespace, name: name.slice(0, -suffix.length) }]
      : []
  })
}

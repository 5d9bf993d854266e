import type { InventoryView } from '../inventory/inventory.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Labels, Pod, WorkloadSummary } from '../model/workload.ts'
import { HASH_LABELS } from '../model/workload-kind.ts'

/** What is needed of a Pod to find its workload. */
export interface OwnedPod extends Pick<Pod, 'owner' | 'isOwnerForeign'> {
  readonly template: { readonly labels: Labels }
}

/**
 * The workload that a Pod belongs to: its owner, or the owner of its ReplicaSet. A ReplicaSet of the inventory names
 * its owner itself; of another one the owner's name is the ReplicaSet's without the hash. Undefined if it is not in the
 * inventory, or if the owner only has the name of a kind that Slackwater knows.
 */
export function workloadOfPod(
  { owner, isOwnerForeign, template }: OwnedPod,
  inventory: InventoryView,
): WorkloadSummary | undefined {
  if (owner === undefined || isOwnerForeign === true) return undefined
  const direct = inventory.workload(owner)
  if (owner.kind !== 'ReplicaSet') return direct
  if (direct !== undefined) return (direct.owner && inventory.workload(direct.owner)) ?? direct
  for (const candidate of ownersOf(owner, template.labels)) {
    const workload = inventory.workload(candidate)
    if (workload !== undefined) return workload
  }
  return undefined
}

/** The workload by what the Pod alone tells: also of a workload that is not in the inventory, or no longer. */
export const namedWorkload = ({ owner, template }: OwnedPod): ObjectRef | undefined =>
  owner?.kind === 'ReplicaSet' ? (ownersOf(owner, template.labels)[0] ?? owner) : owner

function ownersOf({ namespace, name }: ObjectRef, labels: Labels): readonly ObjectRef[] {
  return HASH_LABELS.flatMap(([label, kind]) => {
    const suffix = `-${labels[label] ?? ''}`
    return suffix !== '-' && name.endsWith(suffix)
      ? [{ kind, namespace, name: name.slice(0, -suffix.length) }]
      : []
  })
}

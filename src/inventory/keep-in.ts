import type { Inventory } from '../core/inventory/create-inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { isWorkloadKind } from '../core/model/workload-kind.ts'
import { at, optional, root, stringAt } from '../kubernetes/json.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { groupOf, toWorkloadSummary } from '../kubernetes/workload.ts'

/**
 * Keeps of an object what discovery and decisions read, and nothing of an object that neither reads.
 * @param namespace for an object that names none.
 * @returns what it is known as, to remove it by.
 * @throws ShapeError for an object that has not the shape of its kind.
 */
export function keepIn(inventory: Inventory, raw: unknown, namespace?: string): readonly ObjectRef[] {
  const discovered = narrow(raw, namespace === undefined ? {} : { namespace })
  if (discovered !== undefined) inventory.put(discovered)
  const node = root(raw)
  const group = groupOf(optional(stringAt, at(node, 'apiVersion')) ?? '')
  if (!isWorkloadKind(group, optional(stringAt, at(node, 'kind')) ?? ''))
    return discovered === undefined ? [] : [discovered.ref]
  const summary = toWorkloadSummary(node, namespace)
  // What a Deployment was for the load balancer controller, it need not be any more.
  if (discovered === undefined) inventory.remove(summary.ref)
  inventory.putWorkload(summary)
  return [discovered?.ref ?? summary.ref]
}

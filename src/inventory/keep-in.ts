import type { Inventory } from '../core/inventory/create-inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { isWorkloadInFile } from '../core/model/workload-kind.ts'
import { at, given, optional, root, stringAt } from '../kubernetes/json.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { groupOf, toWorkloadSummary } from '../kubernetes/workload.ts'

/**
 * Stores the parts of an object that discovery and decisions read; nothing if they read none.
 * @param namespace for an object that names none.
 * @param now by which ages are told, in milliseconds since 1970; absent: nothing is too old.
 * @returns the refs under which it is stored, for removing it.
 * @throws ShapeError for an object that does not have the shape of its kind.
 */
export function keepIn(
  inventory: Inventory,
  raw: unknown,
  namespace?: string,
  now?: number,
): readonly ObjectRef[] {
  const discovered = narrow(raw, { ...given('namespace', namespace), ...given('now', now) })
  if (discovered !== undefined) inventory.put(discovered)
  const node = root(raw)
  const group = groupOf(optional(stringAt, at(node, 'apiVersion')) ?? '')
  if (!isWorkloadInFile(group, optional(stringAt, at(node, 'kind')) ?? ''))
    return discovered === undefined ? [] : [discovered.ref]
  const summary = toWorkloadSummary(node, namespace)
  // A Deployment that was the load balancer controller may no longer be it.
  if (discovered === undefined) inventory.remove(summary.ref)
  inventory.putWorkload(summary)
  return [discovered?.ref ?? summary.ref]
}

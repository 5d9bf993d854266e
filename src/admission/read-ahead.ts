import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Steps } from '../core/model/steps.ts'
import { at, root, ShapeError, stringsAt } from '../kubernetes/json.ts'
import { subjectOf } from './admit.ts'
import type { AdmissionRequest } from './review.ts'
import { excessOf } from './too-large.ts'

/**
 * Reads, in steps, what the answer will need from the inventory: a tenant can create so many Services for one Pod
 * that reading them at once would delay every other answer. Undefined: there is nothing to read.
 */
export function readAhead(request: AdmissionRequest, inventory: InventoryView): Steps<void> | undefined {
  const what = subjectOf(request)
  if (what === undefined || inventory.readInSteps === undefined) return undefined
  if (excessOf(request) !== undefined) return undefined
  const labels = labelsIn(request.object, what)
  if (labels === undefined) return undefined
  // Of a Pod, too: if its workload is known, it is matched like the template, else by some of the same Services.
  return inventory.readInSteps({ namespace: request.namespace ?? '', labels, matching: 'template' })
}

/** If it does not have the shape of a Pod or a workload, the full reading reports that. */
function labelsIn(object: unknown, what: 'workload' | 'pod') {
  try {
    const pod = what === 'pod' ? root(object) : at(root(object), 'spec', 'template')
    return stringsAt(at(pod, 'metadata', 'labels'))
  } catch (error) {
    if (error instanceof ShapeError) return undefined
    throw error
  }
}

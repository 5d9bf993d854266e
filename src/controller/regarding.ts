import { apiVersionOf, RESOURCES } from '../cluster/resources.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Regarding } from './events.ts'

/**
 * A workload that an Event is about, with the uid that the copy of the cluster has: no permission is needed for it. An Event about an object without uid is shown too (kubectl describe searches by name then).
 */
export function regardingOf(ref: ObjectRef, known: Pick<LiveView, 'workload'>): Regarding {
  const resource = RESOURCES.find(({ kind }) => kind === ref.kind)
  const [version = 'v1'] = resource?.versions ?? []
  const apiVersion = resource === undefined ? version : apiVersionOf(resource, version)
  return { apiVersion, ...ref, uid: known.workload(ref)?.live?.uid ?? '' }
}

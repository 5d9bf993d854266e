import { ShapeError } from '../kubernetes/json.ts'
import { isBesideWorkloads } from '../kubernetes/kinds.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { groupOf } from '../kubernetes/workload.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'

/**
 * Whether an object beside workloads cannot be read alone, such as an overlay's patch of an autoscaler, which does not
 * name its workload: nobody applies it, so it replaces no other.
 * @param namespace for objects that name none.
 */
export const isPart =
  (namespace: string) =>
  ({ apiVersion, kind, raw }: ManifestObject): boolean => {
    if (!isBesideWorkloads(groupOf(apiVersion), kind)) return false
    try {
      narrow(raw, { namespace })
      return false
    } catch (error) {
      if (error instanceof ShapeError) return true
      throw error
    }
  }

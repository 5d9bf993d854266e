import { isWorkloadInFile } from '../core/model/workload-kind.ts'
import { at, isPresent, root, ShapeError } from '../kubernetes/json.ts'
import { isBesideWorkloads } from '../kubernetes/kinds.ts'
import { narrow } from '../kubernetes/narrow.ts'
import { groupOf } from '../kubernetes/workload.ts'
import type { ManifestObject } from '../manifests/manifest-object.ts'

/**
 * Whether an object is only a part of one, which nobody applies alone, so it replaces no other: an overlay's patch of an
 * autoscaler, which does not name its workload, or of a workload, without a template.
 * @param namespace for objects that name none.
 */
export const isPart =
  (namespace: string) =>
  ({ apiVersion, kind, raw }: ManifestObject): boolean => {
    const group = groupOf(apiVersion)
    if (isWorkloadInFile(group, kind)) return !hasPods(raw)
    return isBesideWorkloads(group, kind) && isUnreadable(raw, namespace)
  }

const hasPods = (raw: unknown): boolean =>
  ['template', 'workloadRef'].some((field) => isPresent(at(root(raw), 'spec', field)))

function isUnreadable(raw: unknown, namespace: string): boolean {
  try {
    narrow(raw, { namespace })
    return false
  } catch (error) {
    if (error instanceof ShapeError) return true
    throw error
  }
}

import type { About } from '../core/discovery/objects/about.ts'
import { isWorkloadInFile } from '../core/model/workload-kind.ts'
import { at, type JsonNode, optional, stringAt } from './json.ts'
import { groupOf } from './workload.ts'

/** Values for fields that a scaler's reference leaves out. */
interface ScaleTargetDefaults {
  readonly apiVersion: string
  readonly kind: string
}

/** No defaults: a reference without apiVersion is in the core group, which has no workload kinds. */
const AS_WRITTEN: ScaleTargetDefaults = { apiVersion: '', kind: '' }

/** The workload that a `scaleTargetRef` names in its own namespace; empty for any other kind. */
export function scaleTargetAt(node: JsonNode, namespace: string, defaults = AS_WRITTEN): About {
  const apiVersion = optional(stringAt, at(node, 'apiVersion')) || defaults.apiVersion
  const kind = optional(stringAt, at(node, 'kind')) || defaults.kind
  const name = stringAt(at(node, 'name'))
  return isWorkloadInFile(groupOf(apiVersion), kind) ? { workload: { kind, namespace, name } } : {}
}

import type { About } from '../core/discovery/objects/about.ts'
import { isWorkloadKind } from '../core/model/workload-kind.ts'
import { at, type JsonNode, optional, stringAt } from './json.ts'
import { groupOf } from './workload.ts'

/** What a scaler takes where its reference says nothing. */
interface ScaleTargetDefaults {
  readonly apiVersion: string
  readonly kind: string
}

/** Nobody fills anything in: what has no apiVersion is of the core group, where no workload is. */
const AS_WRITTEN: ScaleTargetDefaults = { apiVersion: '', kind: '' }

/** The workload that a `scaleTargetRef` names in its own namespace; of any other kind nothing is read. */
export function scaleTargetAt(node: JsonNode, namespace: string, defaults = AS_WRITTEN): About {
  const apiVersion = optional(stringAt, at(node, 'apiVersion')) || defaults.apiVersion
  const kind = optional(stringAt, at(node, 'kind')) || defaults.kind
  const name = stringAt(at(node, 'name'))
  return isWorkloadKind(groupOf(apiVersion), kind) ? { workload: { kind, namespace, name } } : {}
}

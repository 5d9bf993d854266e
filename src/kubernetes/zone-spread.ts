import { isRecord } from '../core/model/json-value.ts'
import { at, type JsonNode } from './json.ts'

/** The label of a node's zone (Kubernetes: well-known labels). */
const ZONE = 'topology.kubernetes.io/zone'

/**
 * Whether the scheduler must place the pods of a template in different zones: a spread constraint that is not only
 * preferred, or a required anti-affinity. What cannot be read does not count.
 */
export function mustSpreadOverZones(spec: JsonNode): boolean {
  const spread = listOf(at(spec, 'topologySpreadConstraints').value)
  const affinity = at(spec, 'affinity').value
  const apart = memberOf(
    memberOf(affinity, 'podAntiAffinity'),
    'requiredDuringSchedulingIgnoredDuringExecution',
  )
  return (
    spread.some((one) => isOverZones(one) && memberOf(one, 'whenUnsatisfiable') !== 'ScheduleAnyway') ||
    listOf(apart).some(isOverZones)
  )
}

const isOverZones = (term: unknown): boolean => memberOf(term, 'topologyKey') === ZONE

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const memberOf = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined)

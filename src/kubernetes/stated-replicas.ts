import { isRecord } from '../core/model/json-value.ts'
import { at, integerAt, isPresent, itemsOf, type JsonNode, optional, property } from './json.ts'
import { LAST_APPLIED } from './sources.ts'

/** What the API server fills in where nobody states it (kubernetes/kubernetes pkg/apis/apps/v1/defaults.go). */
const FILLED_IN = 1

/** `${X}`, also with a default, and `__X__`: what a later step puts a number in place of. An API server never sees it. */
const PLACEHOLDER = /^(?:\$\{[^{}]+\}|__\w+__)$/

/**
 * `spec.replicas`, if it is someone's; undefined if the API server has filled it in, or nothing has, or a manifest has a
 * placeholder there.
 * @throws ShapeError
 */
export function statedReplicas(workload: JsonNode): number | undefined {
  const node = at(workload, 'spec', 'replicas')
  if (isPlaceholder(node.value)) return undefined
  const replicas = optional(integerAt, node)
  return replicas === FILLED_IN && isFilledIn(workload) ? undefined : replicas
}

const isPlaceholder = (value: unknown): boolean => typeof value === 'string' && PLACEHOLDER.test(value)

/**
 * Whether the sources of an object show that none of them states its replicas. Where no source is recorded, as in a
 * manifest or at a plain CREATE, what stands is taken for stated. What was last applied may be older than an Apply.
 */
function isFilledIn(workload: JsonNode): boolean {
  const entries = itemsOf(at(workload, 'metadata', 'managedFields'))
  return !entries.some(hasSet) && (entries.some(isOfWhole) || isAppliedWithout(workload))
}

const owns = (entry: JsonNode, field: string): boolean =>
  isPresent(at(entry, 'fieldsV1', 'f:spec', `f:${field}`))

const isApply = (entry: JsonNode): boolean => at(entry, 'operation').value === 'Apply'

/**
 * Whether a manager has set the replicas. An Apply owns what it states. An Update owns what it has changed: so does a
 * `kubectl scale`, an autoscaler (subresource `scale`) or a `kubectl edit`. But the Update that created the object owns
 * every field, those that were filled in too; it is known by the selector, which never changes.
 */
const hasSet = (entry: JsonNode): boolean =>
  owns(entry, 'replicas') && (isApply(entry) || !owns(entry, 'selector'))

/** An Apply of the whole manifest, not of some label of another controller's. */
const isOfWhole = (entry: JsonNode): boolean => isApply(entry) && owns(entry, 'selector')

/** Whether what was last applied is a workload that does not state its replicas. */
function isAppliedWithout(workload: JsonNode): boolean {
  const { value } = at(workload, 'metadata', 'annotations', LAST_APPLIED)
  const spec = typeof value === 'string' ? property(parsed(value), 'spec') : undefined
  return isRecord(spec) && (spec['replicas'] === undefined || spec['replicas'] === null)
}

/** Any client may write this annotation: it may hold any text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

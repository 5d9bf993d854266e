import { standingIn } from '../core/injection/standing.ts'
import { type Seconds, seconds } from '../core/model/seconds.ts'
import type { PodTemplate } from '../core/model/workload.ts'
import { at, isPresent, itemsOf, type JsonNode } from './json.ts'

/** Written by client-side `kubectl apply`. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const GRACE = 'terminationGracePeriodSeconds'

/**
 * The grace period that the object's source states, and will state again at its next apply: in the
 * configuration that was last applied, or in a field that a server-side Apply owns. A value without either is
 * as likely the API server's default, and counts as not stated.
 */
export const statedGrace = (workload: JsonNode, template: PodTemplate): Seconds | undefined =>
  lastApplied(workload) ?? (isApplied(workload) ? statedBeforeUs(template) : undefined)

function lastApplied(workload: JsonNode): Seconds | undefined {
  const { value } = at(workload, 'metadata', 'annotations', LAST_APPLIED)
  if (typeof value !== 'string' || !value.includes(GRACE)) return undefined
  const applied = parse(value)
  try {
    const grace = at({ value: applied, path: '' }, 'spec', 'template', 'spec', GRACE).value
    return typeof grace === 'number' && Number.isSafeInteger(grace) && grace >= 0 ? seconds(grace) : undefined
  } catch {
    return undefined
  }
}

/** Anyone may write this annotation: text that is no JSON states nothing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isApplied = (workload: JsonNode): boolean =>
  itemsOf(at(workload, 'metadata', 'managedFields')).some(
    (entry) =>
      at(entry, 'operation').value === 'Apply' &&
      isPresent(at(entry, 'fieldsV1', 'f:spec', 'f:template', 'f:spec', `f:${GRACE}`)),
  )

/** Where the live value is ours, the applier states what was there before us. */
function statedBeforeUs(template: PodTemplate): Seconds | undefined {
  const ours = standingIn(template).grace
  return ours === undefined ? template.grace : (ours.before ?? undefined)
}

import type { ReadableAssessment } from '../assessment/assess.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/**
 * A workload about which there may be an Event, once it is stored. Nothing else of the request is in it: whoever reaches
 * the port may have sent it, and an Event is written from what the API server has.
 */
export interface EventSubject {
  readonly ref: ObjectRef
  /** What the stored object is expected to show. `Protected`: written; `WouldProtect`: mode dry-run. */
  readonly reason: 'Protected' | 'WouldProtect'
}

/** Only of workloads (Pods are many, and short-lived), and only where they would be or are protected: an Event is for who looks later. */
export function eventSubjectOf({
  decision,
  operations,
  proposed,
}: ReadableAssessment): EventSubject | undefined {
  const { subject, verdict, mode, changes } = decision
  const { ref, what } = subject
  if (what !== 'workload' || verdict !== 'inject' || !isPossible(ref) || !changes.some(isShown))
    return undefined
  if (mode.mode === 'dry-run') return proposed.length === 0 ? undefined : { ref, reason: 'WouldProtect' }
  return operations.length === 0 ? undefined : { ref, reason: 'Protected' }
}

/** A person would notice it. */
const isShown = ({ kind }: ReadableAssessment['decision']['changes'][number]): boolean =>
  kind !== 'write-record'

/** A DNS label and a DNS subdomain (RFC 1123), as the API server wants names (apimachinery, util/validation). */
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const LONGEST_SUBDOMAIN = 253

/** An object of this name can be stored: what a client that is no API server sends need not be. */
const isPossible = ({ namespace, name }: ObjectRef): boolean =>
  LABEL.test(namespace) && name.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(name)

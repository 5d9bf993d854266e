import type { ReadableAssessment } from '../assessment/assess.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/**
 * A workload that may get an Event once it is stored. It holds nothing else from the request, since any client that
 * reaches the port may have sent it: an Event is written from what the API server has.
 */
export interface EventSubject {
  readonly ref: ObjectRef
  /** What the stored object is expected to show. `Protected`: patched; `WouldProtect`: mode dry-run. */
  readonly reason: 'Protected' | 'WouldProtect'
}

/**
 * Only for workloads (Pods are many, and short-lived), and only if they are or would be protected: Events are for
 * users who look at the object later.
 */
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

/** Whether a user would notice the change. */
const isShown = ({ kind }: ReadableAssessment['decision']['changes'][number]): boolean =>
  kind !== 'write-record'

/** A DNS label and a DNS subdomain (RFC 1123), as the API server requires for names (apimachinery, util/validation). */
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/
const LONGEST_SUBDOMAIN = 253

/** Whether an object of this name can be stored: a client that is not an API server may send any name. */
const isPossible = ({ namespace, name }: ObjectRef): boolean =>
  LABEL.test(namespace) && name.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(name)

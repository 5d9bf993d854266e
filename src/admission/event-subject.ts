import type { ReadableAssessment } from '../assessment/assess.ts'
import { controllerDown } from '../assessment/controller-down.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'

/**
 * A workload that may get an Event once it is stored. It holds nothing else from the request, since any client that
 * reaches the port may have sent it: an Event is written from what the API server has.
 */
export interface EventSubject {
  readonly ref: ObjectRef
  /**
   * What the stored object is expected to show. `Protected`: patched; `WouldProtect`: mode dry-run;
   * `ControllerNotReady`: behind a load balancer whose controller is down.
   */
  readonly reason: 'Protected' | 'WouldProtect' | 'ControllerNotReady'
}

/** Only for workloads: Pods are many, and short-lived. */
export function eventSubjectsOf(
  assessment: ReadableAssessment,
  inventory: InventoryView,
): readonly EventSubject[] {
  const { decision } = assessment
  const { ref } = decision.subject
  const isDown = controllerDown(decision, inventory) !== undefined && isPossible(ref)
  return [...protectionOf(assessment), ...(isDown ? [{ ref, reason: 'ControllerNotReady' as const }] : [])]
}

/** Only if it is or would be protected: Events are for users who look at the object later. */
function protectionOf({ decision, operations, proposed }: ReadableAssessment): readonly EventSubject[] {
  const { subject, verdict, mode, changes } = decision
  const { ref, what } = subject
  if (what !== 'workload' || verdict !== 'inject' || !isPossible(ref) || !changes.some(isShown)) return []
  if (mode.mode === 'dry-run') return proposed.length === 0 ? [] : [{ ref, reason: 'WouldProtect' }]
  return operations.length === 0 ? [] : [{ ref, reason: 'Protected' }]
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

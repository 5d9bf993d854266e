import { type Notice, warning } from '../../model/notice.ts'
import { messageOf } from '../../model/thrown.ts'
import { shortened } from '../annotations/quote.ts'
import type { DiscoveryObject } from '../objects/discovery-object.ts'

/** The result of a rule for an object, or why it threw. */
type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Notice }

/** Computing a result that several objects share threw: none of the objects that use it need be the cause. */
class SharedFault extends Error {}

/**
 * Computes a result that several objects share.
 * @throws SharedFault if the computation throws.
 */
export function ofAll<T>(answer: () => T): T {
  try {
    return answer()
  } catch (error) {
    throw error instanceof SharedFault ? error : new SharedFault(messageOf(error), { cause: error })
  }
}

/**
 * Objects for which a rule threw, and what it threw. An internal error costs only what this version of the object would
 * have contributed. A narrow object is never changed, so each stands for one version.
 */
const unreadable = new WeakMap<DiscoveryObject, string>()

/** Runs a rule for an object. If a rule threw for it before, it is not run again. */
export function attempt<T>(object: DiscoveryObject, rule: () => T): Attempt<T> {
  const known = unreadable.get(object)
  if (known !== undefined) return failed(object, known)
  try {
    return { ok: true, value: rule() }
  } catch (error) {
    const text = messageOf(error)
    if (!(error instanceof SharedFault)) unreadable.set(object, text)
    return failed(object, text)
  }
}

/**
 * The combined result of several objects. If that throws, objects that throw even alone are unreadable and left out.
 * @param objectOf the object that a part is read from.
 * @throws what the remaining objects throw together.
 */
export function together<P, T>(
  parts: readonly P[],
  make: (parts: readonly P[]) => T,
  objectOf: (part: P) => DiscoveryObject,
): T {
  try {
    return make(parts)
  } catch {
    return make(parts.filter((part) => attempt(objectOf(part), () => make([part])).ok))
  }
}

function failed({ ref }: DiscoveryObject, problem: string): Attempt<never> {
  const text = `it cannot be read, so what it sends is unknown: internal error: ${shortened(problem)}`
  return { ok: false, problem: warning('unreadable', ref, text) }
}

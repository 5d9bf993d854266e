import { type Notice, warning } from '../../model/notice.ts'
import { messageOf } from '../../model/thrown.ts'
import { shortened } from '../annotations/quote.ts'
import type { DiscoveryObject } from '../objects/discovery-object.ts'

/** What a rule gave for an object, or why it threw. */
type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Notice }

/** An answer that several objects share threw when it was made: none of those that ask need be at fault. */
class SharedFault extends Error {}

/** Asks for an answer that several objects share. @throws SharedFault where making it threw. */
export function ofAll<T>(answer: () => T): T {
  try {
    return answer()
  } catch (error) {
    throw error instanceof SharedFault ? error : new SharedFault(messageOf(error), { cause: error })
  }
}

/**
 * Objects that made a rule throw, and what it threw: a fault of ours costs what the object itself would have said, in
 * this version of it, and nothing else. A narrow object is never changed, so each stands for a version.
 */
const unreadable = new WeakMap<DiscoveryObject, string>()

/** Runs a rule for an object; one that threw for it is not tried again. */
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
 * What objects come to together. Where that throws, whichever of them throw alone are unreadable, and left out.
 * @param objectOf the object that a part is read from.
 * @throws what the others throw together.
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

import { longestMeasured } from '../injection/measured.ts'
import type { OwnedWork } from '../injection/owned-work.ts'
import { type RaisedGrace, recordTextIn } from '../injection/record.ts'
import { longer, longest } from '../model/seconds.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'
import type { Subject } from './subject.ts'

/**
 * The grace period that Slackwater wrote, if something has lowered it since: a mutating policy, which would lower it
 * again. Undefined if nothing has; if a source states the grace period, or the user lowers it in this request; and if it
 * no longer covers a sleep, which the API server would reject.
 */
export function loweredGrace(
  { template, stored }: Pick<Subject, 'template' | 'stored'>,
  { lowered, sleeps }: OwnedWork,
): RaisedGrace | undefined {
  if (lowered === undefined) return undefined
  const now = template.grace ?? DEFAULT_GRACE
  const sleep = longer(longestMeasured(template), longest([...sleeps.values()]))
  return sleep > now || isByUser(now) ? undefined : lowered

  /** With another record than the stored one, this is our own answer of the same request, which was lowered after it. */
  function isByUser(grace: number): boolean {
    if (stored === undefined || grace >= (stored.grace ?? DEFAULT_GRACE)) return false
    return recordTextIn(template) === recordTextIn(stored)
  }
}

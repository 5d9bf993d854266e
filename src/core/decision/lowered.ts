import { longestMeasured } from '../injection/measured.ts'
import type { OwnedWork } from '../injection/owned-work.ts'
import { type RaisedGrace, recordTextIn } from '../injection/record.ts'
import { longer, longest, type Seconds } from '../model/seconds.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'
import type { Subject } from './subject.ts'

/**
 * The grace period that Slackwater wrote, if something has lowered it since: a mutating policy, which would lower it
 * again. Undefined if nothing has, if a source states the grace period or seems to state it in this request, and if it
 * no longer covers a sleep, which the API server would reject.
 */
export function loweredGrace(
  subject: Pick<Subject, 'template' | 'stored'>,
  { lowered, sleeps }: OwnedWork,
): RaisedGrace | undefined {
  if (lowered === undefined) return undefined
  const { template } = subject
  const now = template.grace ?? DEFAULT_GRACE
  const sleep = longer(longestMeasured(template), longest(sleeps.values()))
  return sleep > now || isRestated(subject, now, lowered) ? undefined : lowered
}

/**
 * Helm 3 writes what its chart states over whatever is there, and leaves no trace of that. So an update that lowers the
 * grace period of a workload whose source stated one, as the record shows, is that source's. Where it stated none, a
 * policy was installed since, or a user typed a number with `kubectl edit`: that looks the same, and gets what was typed.
 * With another record than the stored one, this is our own answer of the same request, which was lowered after it.
 */
function isRestated(
  { template, stored }: Pick<Subject, 'template' | 'stored'>,
  now: Seconds,
  { before }: RaisedGrace,
): boolean {
  const wasStated = before !== null && before !== DEFAULT_GRACE
  if (!wasStated || stored === undefined || now >= (stored.grace ?? DEFAULT_GRACE)) return false
  return recordTextIn(template) === recordTextIn(stored)
}

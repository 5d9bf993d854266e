import { longestMeasured } from '../injection/measured.ts'
import type { OwnedWork } from '../injection/owned-work.ts'
import type { RaisedGrace } from '../injection/record.ts'
import { longer, longest } from '../model/seconds.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'
import type { Subject } from './subject.ts'

/**
 * The grace period that Slackwater wrote, if something has lowered it since: a mutating policy, which would lower it
 * again, or a user with `kubectl edit`, who gets what was typed. In a request the two look the same. Undefined if nothing
 * has, if a source states the grace period, and if it no longer covers a sleep, which the API server would reject.
 */
export function loweredGrace(
  { template }: Pick<Subject, 'template'>,
  { lowered, sleeps }: OwnedWork,
): RaisedGrace | undefined {
  if (lowered === undefined) return undefined
  const now = template.grace ?? DEFAULT_GRACE
  const sleep = longer(longestMeasured(template), longest([...sleeps.values()]))
  return sleep > now ? undefined : lowered
}

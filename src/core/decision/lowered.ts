import type { OwnedWork } from '../injection/owned-work.ts'
import { parseRecord, type RaisedGrace, recordTextIn } from '../injection/record.ts'
import { longest } from '../model/seconds.ts'
import { DEFAULT_GRACE } from '../model/workload.ts'
import type { Subject } from './subject.ts'

/**
 * The grace period that the record says Slackwater wrote, if something has lowered it since: a mutating policy, which
 * would lower it again. Undefined if nothing has; if the object's source states the grace period, or this very request
 * lowers it: then it is the user's; and if it no longer covers Slackwater's sleep, which the API server would reject.
 */
export function loweredGrace(
  { template, stored }: Pick<Subject, 'template' | 'stored'>,
  { sleeps }: OwnedWork,
): RaisedGrace | undefined {
  const raised = parseRecord(recordTextIn(template) ?? '')?.grace
  const now = template.grace ?? DEFAULT_GRACE
  if (raised === undefined || now >= raised.after) return undefined
  const isByRequest = stored !== undefined && now < (stored.grace ?? DEFAULT_GRACE)
  const isStated = isByRequest || template.stated?.grace === now || template.stated?.requestsGrace === true
  const isCovered = sleeps.size > 0 && longest([...sleeps.values()]) <= now
  return isStated || !isCovered ? undefined : raised
}

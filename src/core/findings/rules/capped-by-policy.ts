import { parseRecord } from '../../injection/record.ts'
import { RECORD_ANNOTATION } from '../../model/keys.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** Our record says a longer grace period than the object has: a policy or another webhook lowered it after us. */
export const cappedByPolicy: Rule = {
  id: 'capped-by-policy',
  check: ({ template }) => {
    const after = parseRecord(template.annotations[RECORD_ANNOTATION] ?? '')?.grace?.after ?? 0
    const grace = template.grace ?? DEFAULT_GRACE
    return remarkIf(
      grace < after,
      () =>
        `the grace period is ${grace} s, Slackwater wrote ${after} s: something lowered it; set maxGraceSeconds`,
    )
  },
}

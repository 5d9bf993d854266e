import { parseRecord } from '../../injection/record.ts'
import { RECORD_ANNOTATION } from '../../model/keys.ts'
import { seconds } from '../../model/seconds.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** The record shows a longer grace period than the object has: a policy or another webhook lowered it after us. */
export const cappedByPolicy: Rule = {
  id: 'capped-by-policy',
  check: ({ template }) => {
    const record = parseRecord(template.annotations[RECORD_ANNOTATION] ?? '')
    const after = record?.grace?.after ?? seconds(0)
    const grace = template.grace ?? DEFAULT_GRACE
    const sleep = Math.max(0, ...(record?.sleep.values() ?? []))
    return remarkIf(grace < after, () => ({
      message: `something lowered the grace period from ${after} s to ${grace} s: ${Math.max(0, grace - sleep)} s is left after the sleep of ${sleep} s; raise the policy’s limit to ${after} s, or set maxGraceSeconds: ${grace}`,
      brief: `something lowered the grace period to ${grace} s`,
      action: `raise the policy’s limit to ${after} s`,
    }))
  },
}

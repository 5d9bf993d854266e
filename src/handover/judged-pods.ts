import { assess, type Knowledge } from '../assessment/assess.ts'
import type { Decision } from '../core/decision/decide.ts'
import { toPodStatus } from '../kubernetes/pod-status.ts'
import type { PodCounts } from '../report/pod-schema.ts'
import { shortfallOf } from '../report/pod-tally.ts'

/** What a Pod may lack, as a plan names it. */
const LACKS = {
  withoutHook: 'no hook',
  shortHook: 'short hook',
  shortGrace: 'short grace period',
  withoutGate: 'no gate',
} as const satisfies Partial<Record<keyof PodCounts, string>>

export type Lack = (typeof LACKS)[keyof typeof LACKS]

export interface Judged {
  readonly decision: Decision
  /** Empty: it has all that it needs, or nothing sends to it. */
  readonly lacks: readonly Lack[]
}

/**
 * What a Pod lacks, as the report counts it.
 * @returns a problem if it cannot be read.
 */
export function judgePod(
  raw: unknown,
  namespace: string,
  knowledge: Knowledge,
): Judged | { readonly problem: string } {
  const assessment = assess({ what: 'pod', raw, namespace, fromFile: false }, knowledge)
  if (!assessment.readable) return { problem: assessment.problem }
  const { decision } = assessment
  const shortfall = shortfallOf(decision, toPodStatus(raw))
  const lacks = (Object.keys(LACKS) as (keyof typeof LACKS)[])
    .filter((key) => (shortfall?.[key] ?? 0) > 0)
    .map((key) => LACKS[key])
  return { decision, lacks }
}

import type { ReadableAssessment } from '../assessment/assess.ts'
import type { FindingId } from '../core/findings/catalogue.ts'
import type { Finding } from '../core/findings/finding.ts'
import type { State } from '../judgement/states.ts'

/** Findings that a user's hook, or a limit, leaves open. */
const SHORTCOMINGS: readonly FindingId[] = [
  'prestop-ends-server',
  'prestop-missing',
  'prestop-too-short',
  'prestop-unknown-length',
  'grace-too-short',
  'sidecar-dies-first',
  'sleep-capped',
]

/** The state of a workload; undefined if it is not behind a load balancer. */
export function stateOf(
  { decision, proposed }: Pick<ReadableAssessment, 'decision' | 'proposed'>,
  findings: readonly Finding[],
): State | undefined {
  const { exposures, verdict } = decision
  if (exposures.length === 0) return undefined
  if (verdict === 'inject-in-pods') return 'in-pods'
  if (verdict === 'withhold') return 'withheld'
  if (verdict === 'complete' && proposed.length === 0)
    return findings.some(({ id }) => SHORTCOMINGS.includes(id)) ? 'short' : 'protected'
  return proposed.length > 0 && verdict !== 'opted-out' ? 'would-change' : 'left-alone'
}

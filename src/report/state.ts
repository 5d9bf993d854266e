import type { ReadableAssessment } from '../assessment/assess.ts'
import type { Finding } from '../core/findings/finding.ts'
import { STATE_FINDINGS, type State } from '../judgement/states.ts'

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
    return findings.some(({ id }) => STATE_FINDINGS.short?.includes(id)) ? 'short' : 'protected'
  return proposed.length > 0 && verdict !== 'opted-out' ? 'would-change' : 'left-alone'
}

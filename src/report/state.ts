import type { ReadableAssessment } from '../assessment/assess.ts'
import type { Finding } from '../core/findings/finding.ts'
import { stays } from '../judgement/severity.ts'
import { STATE_FINDINGS, type State } from '../judgement/states.ts'
import { lackingPods } from '../judgement/workloads.ts'
import type { WorkloadEntry } from './schema.ts'

/**
 * The state of a workload whose hooks go into its Pods, when every running Pod has all that it needs: nothing is left to
 * do. What a finding says of the template alone does not hold for them.
 */
export function judgedByPods(entry: WorkloadEntry): WorkloadEntry {
  const { state, mode, pods } = entry
  if (state !== 'in-pods' || mode !== 'enforce' || pods === undefined) return entry
  if (pods.running === 0 || lackingPods(pods) > 0) return entry
  const { lateExposure: _, ...rest } = entry
  const findings = entry.findings.filter(stays)
  return { ...rest, findings, state: isShort(findings) ? 'short' : 'protected' }
}

const isShort = (findings: readonly Pick<Finding, 'id'>[]): boolean =>
  findings.some(({ id }) => STATE_FINDINGS.short?.includes(id))

/** The state of a workload; undefined if it is not behind a load balancer. */
export function stateOf(
  { decision, proposed }: Pick<ReadableAssessment, 'decision' | 'proposed'>,
  findings: readonly Finding[],
): State | undefined {
  const { exposures, verdict } = decision
  if (exposures.length === 0) return undefined
  if (verdict === 'inject-in-pods') return 'in-pods'
  if (verdict === 'withhold') return 'withheld'
  if (verdict === 'complete' && proposed.length === 0) return isShort(findings) ? 'short' : 'protected'
  return proposed.length > 0 && verdict !== 'opted-out' ? 'would-change' : 'left-alone'
}

import type { Severity } from '../core/findings/catalogue.ts'
import type { Finding } from '../core/findings/finding.ts'
import { isGrave, stays } from '../judgement/severity.ts'
import type { State } from '../judgement/states.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { stateOf } from '../report/state.ts'
import { isAcceptedHere } from './accepted.ts'

/** What is said of a workload: a finding, or that a label or an annotation cannot be used. */
export interface Said extends Pick<Finding, 'message'> {
  readonly id: Finding['id'] | 'unusable-annotation'
  readonly severity: Severity
}

/** The state of a workload as the report gives it; undefined: it is behind no load balancer, and nothing changes. */
export function stateIn({ decision, operations, findings }: PlannedObject): State | undefined {
  if (operations.length > 0) return 'would-change'
  return stateOf({ decision, proposed: operations }, findings)
}

/** What stays after the changes, of any severity, and is not accepted. */
export const saidOf = ({ findings, warnings }: PlannedObject): readonly Said[] => [
  ...warnings.map((message) => ({ id: 'unusable-annotation', severity: 'warning', message }) as const),
  ...findings.filter((finding) => stays(finding) && !isAcceptedHere(finding)),
]

/** What stays and needs attention. */
export const lastingOf = (object: PlannedObject): readonly Said[] => saidOf(object).filter(isGrave)

import type { Severity } from '../core/findings/catalogue.ts'
import type { Finding } from '../core/findings/finding.ts'
import { isGrave, stays } from '../judgement/severity.ts'
import { STATE_FINDINGS, STATES, type State } from '../judgement/states.ts'
import type { PlannedObject } from '../plan/plan.ts'
import { stateOf } from '../report/state.ts'
import { isAcceptedHere } from './accepted.ts'
import { STATE_TEXT } from './report-overview.ts'

/** What is said of a workload: a finding, or that a label or an annotation cannot be used. */
export interface Said extends Pick<Finding, 'message'> {
  readonly id: Finding['id'] | 'unusable-annotation'
  readonly severity: Severity
}

/** The states of the report; in a plan a hook that may well be long enough is not called too short. */
export type PlanState = State | 'unknown-hook'

export const PLAN_STATE_TEXT: Readonly<Record<PlanState, string>> = {
  ...STATE_TEXT,
  'unknown-hook': 'unknown hook',
}

export const PLAN_STATES: Readonly<Record<PlanState, string>> = {
  ...STATES,
  'unknown-hook': 'nothing to change; how long its hook takes cannot be read',
}

/** The state of a workload; undefined: it is behind no load balancer, and nothing changes. */
export function stateIn({ decision, operations, findings }: PlannedObject): PlanState | undefined {
  if (operations.length > 0) return 'would-change'
  const state = stateOf({ decision, proposed: operations }, findings)
  const open = findings.filter((finding) => stays(finding) && STATE_FINDINGS.short?.includes(finding.id))
  return state === 'short' && open.every(({ id }) => id === 'prestop-unknown-length') ? 'unknown-hook' : state
}

/** What stays after the changes, of any severity, and is not accepted. */
export const saidOf = ({ findings, warnings }: PlannedObject): readonly Said[] => [
  ...warnings.map((message) => ({ id: 'unusable-annotation', severity: 'warning', message }) as const),
  ...findings.filter((finding) => stays(finding) && !isAcceptedHere(finding)),
]

/** What stays and needs attention. */
export const lastingOf = (object: PlannedObject): readonly Said[] => saidOf(object).filter(isGrave)

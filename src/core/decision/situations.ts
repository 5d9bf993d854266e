import type { Budget } from '../budget/budget.ts'
import type { Finding } from '../findings/finding.ts'
import { findingsOf } from '../findings/findings.ts'
import type { Situation } from '../findings/rule.ts'
import { withTarget } from '../injection/apply.ts'
import type { Standing } from '../injection/standing.ts'
import type { Target } from '../injection/target.ts'
import type { Exposure } from '../model/exposure.ts'
import { GATE_ENABLED, GATE_LABELS } from '../model/keys.ts'
import type { NamespaceFacts } from '../model/workload.ts'
import type { Subject } from './subject.ts'

export interface FindingsInputs {
  readonly subject: Subject
  readonly standing: Standing
  readonly target: Target
  readonly exposures: readonly Exposure[]
  readonly budget?: Budget
  readonly facts: { readonly namespace?: NamespaceFacts }
  readonly verdict: string
  readonly why: string
}

/** The findings about an object before and after our change; none where no budget was computed for it. */
export function findingsAbout(inputs: FindingsInputs): readonly Finding[] {
  const { subject, standing, target, exposures, budget, facts } = inputs
  if (budget === undefined) return []
  const { template, workload } = subject
  const shared = {
    exposures,
    budget,
    ...(workload === undefined ? {} : { workload }),
    ...(inputs.verdict === 'withhold' ? { outage: inputs.why } : {}),
  }
  const labels = gateLabels(exposures, facts.namespace)
  const before: Situation = {
    ...shared,
    template,
    gateLabelled: labels.every((value) => value === GATE_ENABLED),
  }
  const after: Situation = {
    ...shared,
    template: withTarget(template, standing, target),
    gateLabelled: labels.every((value) => value === GATE_ENABLED || value === undefined),
  }
  return findingsOf(before, after)
}

/** The present values of the labels that the exposures' controllers ask for. A label set by a person stays. */
const gateLabels = (exposures: readonly Exposure[], namespace: NamespaceFacts | undefined) =>
  exposures
    .filter(({ targetType }) => targetType.value === 'ip')
    .map(({ controller }) => namespace?.labels[GATE_LABELS[controller]])

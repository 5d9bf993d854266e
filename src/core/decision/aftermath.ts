import type { Budget } from '../budget/budget.ts'
import type { Finding } from '../findings/finding.ts'
import { findingsOf } from '../findings/findings.ts'
import type { Situation } from '../findings/rule.ts'
import { withTarget } from '../injection/apply.ts'
import { knownLength } from '../injection/hooks.ts'
import type { Standing } from '../injection/standing.ts'
import type { Target } from '../injection/target.ts'
import type { Exposure } from '../model/exposure.ts'
import { GATE_ENABLED, GATE_LABELS } from '../model/keys.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import { DEFAULT_GRACE, type NamespaceFacts, type PodTemplate } from '../model/workload.ts'
import type { Subject } from './subject.ts'

export interface AftermathInputs {
  readonly subject: Subject
  readonly standing: Standing
  readonly target: Target
  readonly exposures: readonly Exposure[]
  readonly budget: Budget
  readonly facts: { readonly namespace?: NamespaceFacts }
  readonly verdict: string
  readonly why: string
}

/** How a pod ends, in seconds after its deletion. */
export interface Ending {
  /** When the first container gets SIGTERM, as far as the lengths of hooks are known. */
  readonly sigterm: Seconds
  /** When the last one is killed, if it has not ended by itself. */
  readonly sigkill: Seconds
}

export interface Aftermath {
  readonly findings: readonly Finding[]
  readonly ending: Ending
}

/** What holds before and after our change. */
export function aftermath(inputs: AftermathInputs): Aftermath {
  const { subject, standing, target, exposures, budget, facts } = inputs
  const { template, workload } = subject
  const shared = {
    exposures,
    budget,
    ...(workload === undefined ? {} : { workload }),
    ...(inputs.verdict === 'withhold' ? { outage: inputs.why } : {}),
  }
  const afterwards = withTarget(template, standing, target)
  const labels = gateLabels(exposures, facts.namespace)
  const before: Situation = {
    ...shared,
    template,
    gateLabelled: labels.every((value) => value === GATE_ENABLED),
  }
  const after: Situation = {
    ...shared,
    template: afterwards,
    gateLabelled: labels.every((value) => value === GATE_ENABLED || value === undefined),
  }
  return { findings: findingsOf(before, after), ending: endingOf(afterwards) }
}

/** The present values of the labels that the exposures' controllers ask for. A label set by a person stays. */
const gateLabels = (exposures: readonly Exposure[], namespace: NamespaceFacts | undefined) =>
  exposures
    .filter(({ targetType }) => targetType.value === 'ip')
    .map(({ controller }) => namespace?.labels[GATE_LABELS[controller]])

/** How a pod of a template ends as the template stands. */
export function endingOf({ containers, grace }: PodTemplate): Ending {
  const hooks = containers.flatMap(({ preStop }) => {
    const length = preStop === undefined ? seconds(0) : knownLength(preStop)
    return length === undefined ? [] : [length]
  })
  return { sigterm: seconds(hooks.length === 0 ? 0 : Math.min(...hooks)), sigkill: grace ?? DEFAULT_GRACE }
}

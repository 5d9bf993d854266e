import type { Budget } from '../budget/budget.ts'
import type { Finding } from '../findings/finding.ts'
import { findingsOf } from '../findings/findings.ts'
import type { Situation } from '../findings/rule.ts'
import { withTarget } from '../injection/apply.ts'
import { knownLength } from '../injection/hooks.ts'
import type { Standing } from '../injection/standing.ts'
import type { Target } from '../injection/target.ts'
import type { Exposure } from '../model/exposure.ts'
import { type Seconds, seconds, shorter } from '../model/seconds.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'
import type { LbcFacts } from './lbc-facts.ts'
import type { Subject } from './subject.ts'

export interface AftermathInputs {
  readonly subject: Subject
  readonly standing: Standing
  readonly target: Target
  readonly exposures: readonly Exposure[]
  readonly budget: Budget
  readonly facts: { readonly controllers: LbcFacts }
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
  const { gates, down } = facts.controllers
  const noGate = gates.find(({ why }) => why !== undefined)?.why
  const shared = {
    exposures,
    budget,
    ...(noGate === undefined ? {} : { noGate }),
    ...(down === undefined ? {} : { lbcDown: down }),
    ...(workload === undefined ? {} : { workload }),
    ...(inputs.verdict === 'withhold' ? { outage: inputs.why } : {}),
  }
  const afterwards = withTarget(template, standing, target)
  const before: Situation = {
    ...shared,
    template,
    gateLabelled: gates.every(({ now }) => now),
  }
  const after: Situation = {
    ...shared,
    template: afterwards,
    gateLabelled: gates.every(({ afterwards }) => afterwards),
  }
  return { findings: findingsOf(before, after), ending: endingOf(afterwards) }
}

/** How a pod of a template ends as the template stands. */
export function endingOf({ containers, grace }: PodTemplate): Ending {
  const hooks = containers.flatMap(({ preStop }) => {
    const length = preStop === undefined ? seconds(0) : knownLength(preStop)
    return length === undefined ? [] : [length]
  })
  const sigterm = hooks.length === 0 ? seconds(0) : hooks.reduce(shorter)
  return { sigterm, sigkill: grace ?? DEFAULT_GRACE }
}

import type { Finding } from '../findings/finding.ts'
import { findingsLeftAlone, findingsOf } from '../findings/findings.ts'
import type { Situation } from '../findings/rule.ts'
import { withDesired } from '../injection/apply.ts'
import { knownLength } from '../injection/hooks.ts'
import type { ContainerProcess } from '../model/container-process.ts'
import { type Seconds, seconds, shorter } from '../model/seconds.ts'
import { NO_SURROUNDINGS, type Surroundings } from '../model/surroundings.ts'
import { DEFAULT_GRACE, type PodTemplate } from '../model/workload.ts'
import { declarationsOf } from '../servers/declarations.ts'
import type { Decision } from './decide.ts'
import type { LbcFacts } from './lbc-facts.ts'
import { noOverlapIfOne } from './overlap.ts'
import { ownedWorkOf } from './repair.ts'

/** How a Pod terminates, in seconds after its deletion. */
export interface Ending {
  /** When the first container gets SIGTERM. Hooks of unknown length are left out. */
  readonly sigterm: Seconds
  /** When the last container is killed, if it has not exited before. */
  readonly sigkill: Seconds
}

/** What is shown of a decision besides the decision itself. */
export interface Aftermath {
  readonly findings: readonly Finding[]
  /** How a Pod of this template terminates after the changes; absent if no budget was computed. */
  readonly ending?: Ending
}

/** What a decision does not rest on, and its findings do. */
interface AftermathFacts extends LbcFacts {
  /** Absent: nothing is known. */
  readonly surroundings?: Surroundings
}

/**
 * The findings before and after a decision's changes, and how a Pod terminates after them. For display only: the answer
 * to the API server does not need it.
 * @param processes what the containers are started with; called only if there is something to find.
 */
export function aftermath(
  decision: Decision,
  { gates, down, surroundings = NO_SURROUNDINGS }: AftermathFacts,
  processes: () => readonly ContainerProcess[],
): Aftermath {
  const { subject, exposures, budget, desired, verdict, why, leftAlone } = decision
  const { template, stored, workload } = subject
  if (leftAlone !== undefined)
    return {
      findings: findingsLeftAlone({ ...leftAlone, template, exposures, leftAlone, gateLabelled: true }),
    }
  if (budget === undefined || desired === undefined) return { findings: [] }
  const noGate = gates.find((gate) => gate.why !== undefined)?.why
  const ifOne = noOverlapIfOne(exposures, workload)
  const shared = {
    exposures,
    budget,
    surroundings,
    declared: declarationsOf(processes()),
    ...(noGate === undefined ? {} : { noGate }),
    ...(gates.some((gate) => gate.isUnknown) ? { isGateUnknown: true as const } : {}),
    ...(down === undefined ? {} : { lbcDown: down }),
    hookForm: desired.form,
    ...(workload === undefined ? {} : { workload }),
    ...(subject.what === 'pod' ? { isPod: true as const } : {}),
    ...(verdict === 'withhold' ? { outage: why } : {}),
    ...(ifOne === undefined ? {} : { outageIfOne: ifOne }),
  }
  const afterwards = withDesired(template, ownedWorkOf(template, stored), desired)
  const before: Situation = { ...shared, template, gateLabelled: gates.every(({ now }) => now) }
  const after: Situation = {
    ...shared,
    template: afterwards,
    gateLabelled: gates.every((gate) => gate.afterwards),
  }
  return { findings: findingsOf(before, after), ending: endingOf(afterwards) }
}

/** How a Pod of this template terminates, without further changes. */
export function endingOf({ containers, grace }: PodTemplate): Ending {
  const hooks = containers.flatMap(({ preStop }) => {
    const length = preStop === undefined ? seconds(0) : knownLength(preStop)
    return length === undefined ? [] : [length]
  })
  const sigterm = hooks.length === 0 ? seconds(0) : hooks.reduce(shorter)
  return { sigterm, sigkill: grace ?? DEFAULT_GRACE }
}

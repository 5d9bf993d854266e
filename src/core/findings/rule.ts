import type { Budget } from '../budget/budget.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Surroundings } from '../model/surroundings.ts'
import type { PodTemplate, WorkloadSummary } from '../model/workload.ts'
import type { Declaration } from '../servers/declarations.ts'
import type { FindingId, Severity } from './catalogue.ts'

/** A kind of workload that Slackwater does not change, and the setting with which it does; absent: there is none. */
export interface LeftAlone {
  readonly kind: string
  readonly setting?: string
}

/** What a rule looks at: one object, either as it was requested or as we would leave it. */
export interface Situation {
  readonly template: PodTemplate
  /** At least one: a pod behind no load balancer has nothing to answer for. */
  readonly exposures: readonly Exposure[]
  readonly budget: Budget
  readonly workload?: WorkloadSummary
  /** Why nobody can serve while a pod is replaced; absent where somebody can. */
  readonly outage?: string
  /** New Pods get a readiness gate: the namespace carries the label that the controller of the target groups wants. */
  readonly gateLabelled: boolean
  /** Why no label helps, a clause. */
  readonly noGate?: string
  /** The Deployment of the load balancer controller, where it has no ready replica. */
  readonly lbcDown?: string
  /** Set: its kind is left alone, and only whether it needs something is asked. */
  readonly leftAlone?: LeftAlone
  /** What else limits its Pods; absent: nothing is known. */
  readonly surroundings?: Surroundings
  /** What arguments and environment show of the servers; absent: they were not read. */
  readonly declared?: readonly Declaration[]
}

/** What a rule has to say about one situation; `severity` where it differs from the catalogue's. */
export interface Remark {
  /** What it is about, where a rule has several remarks: a container, a limit. Tells them apart before and after. */
  readonly about?: string
  readonly message: string
  readonly severity?: Severity
}

/** One rule: an id of the catalogue, and what it says. No remark: nothing to say. */
export interface Rule {
  readonly id: FindingId
  readonly check: (situation: Situation) => readonly Remark[]
}

/** A remark if the condition holds. */
export const remarkIf = (condition: boolean, message: () => string): readonly Remark[] =>
  condition ? [{ message: message() }] : []

/** `app`, `app and envoy`, `app, envoy and 3 more`: names stay short in a warning. */
export function listNames(names: readonly string[]): string {
  const [first = '', second = '', ...rest] = names
  if (names.length <= 1) return first
  return rest.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${rest.length} more`
}

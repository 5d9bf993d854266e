import type { Budget } from '../budget/budget.ts'
import type { Exposure } from '../model/exposure.ts'
import type { ScaledWorkload } from '../model/replicas.ts'
import type { HookForm } from '../model/settings.ts'
import type { StuckGate } from '../model/stuck-gate.ts'
import type { Surroundings } from '../model/surroundings.ts'
import type { PodTemplate } from '../model/workload.ts'
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
  readonly workload?: ScaledWorkload
  /** A Pod, which others may have changed at its creation; else the template of a workload. */
  readonly isPod?: true
  /** Why nobody can serve while a pod is replaced; absent where somebody can. */
  readonly outage?: string
  /** Why nobody could serve if there were one pod; absent where it is known how many there are. */
  readonly outageIfOne?: string
  /** New Pods get a readiness gate: the namespace carries the label that the controller of the target groups wants. */
  readonly gateLabelled: boolean
  /** Whether the namespace has the label is unknown: its Namespace is not among the files. */
  readonly isGateUnknown?: true
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
  /** How Slackwater writes a hook here; absent: as `sleep`. */
  readonly hookForm?: HookForm
}

/** What a rule has to say about one situation; `severity` where it differs from the catalogue's. */
export interface Remark {
  /** What it is about, where a rule has several remarks: a container, a limit. Tells them apart before and after. */
  readonly about?: string
  readonly message: string
  readonly severity?: Severity
  /** What happened, where the message is too long for a warning. */
  readonly brief?: string
  /** What to do, where the case asks for something else than the catalogue says. */
  readonly action?: string
  /** Lines of YAML, or a command, to paste. */
  readonly paste?: string
}

/** Target groups that would send to a workload if one of its labels had the other value. */
export interface Twin {
  readonly label: string
  readonly own: string
  readonly other: string
  readonly exposures: readonly [Exposure, ...Exposure[]]
}

/** A workload behind no load balancer. */
export interface Unexposed {
  readonly twins: readonly Twin[]
}

/** What the running Pods of a workload show. */
export interface RunningPods {
  /** How many wait for a readiness gate longer than it may need, and the one that has waited longest. */
  readonly stuck?: { readonly pods: number; readonly longest: StuckGate }
}

/** One rule: an id of the catalogue, and what it says. No remark: nothing to say. */
export interface Rule {
  readonly id: FindingId
  readonly check: (situation: Situation) => readonly Remark[]
  readonly checkUnexposed?: (unexposed: Unexposed) => readonly Remark[]
  /** Asked in a cluster only. */
  readonly checkPods?: (pods: RunningPods) => readonly Remark[]
}

/** A remark if the condition holds. */
export const remarkIf = (condition: boolean, remark: () => Remark): readonly Remark[] =>
  condition ? [remark()] : []

/** `paste` of a remark, where there is one. */
export const pasteOf = (paste: string | undefined): Pick<Remark, 'paste'> =>
  paste === undefined ? {} : { paste }

/** Several target groups of one Service may have the same to say: once. */
export const distinctRemarks = (remarks: readonly Remark[]): readonly Remark[] => [
  ...new Map(remarks.map((remark) => [remark.message, remark])).values(),
]

/** `app`, `app and envoy`, `app, envoy and 3 more`: names stay short in a warning. */
export function listNames(names: readonly string[]): string {
  const [first = '', second = '', ...rest] = names
  if (names.length <= 1) return first
  return rest.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${rest.length} more`
}

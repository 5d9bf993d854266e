import type { LbcState } from '../discovery/objects/lbc-state.ts'
import type { ObjectView } from '../discovery/objects/view.ts'
import type { AwsController, Exposure, Progress } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Autoscaled } from '../model/replicas.ts'
import type { Steps } from '../model/steps.ts'
import type { ChangingLabels, Labels, NamespaceFacts, WorkloadSummary } from '../model/workload.ts'

/** A query: which load balancers send to the Pods with these labels? */
export interface Selection {
  readonly namespace: string
  readonly labels: Labels
  /**
   * `template`: label keys that controllers set on Pods count as matched; for a template, and for a Pod of a known
   * workload. `pod`: matched exactly.
   */
  readonly matching: 'template' | 'pod'
  /**
   * The workload of the template or Pod, if known: a Service that selects one Pod of a StatefulSet by name then selects only
   * that StatefulSet's template.
   */
  readonly workload?: ObjectRef
  /** Of that workload: each value counts as matched, with `template`. */
  readonly changingLabels?: ChangingLabels
}

export interface Discovered {
  /** Sorted by id. */
  readonly exposures: readonly Exposure[]
}

/** A namespace whose Pods need the readiness gate of this controller. */
export interface ExposedNamespace {
  readonly namespace: string
  readonly controller: AwsController
}

/** A StatefulSet whose Pods reach each other through a Service that publishes only those that are ready. */
export interface GatedPeers {
  readonly workload: ObjectRef
  /** Its governing Service. */
  readonly service: ObjectRef
}

/** A source of knowledge that may be incomplete or stale. */
export interface Doubtful {
  /** Why it is incomplete or stale, a clause; absent or undefined: it is complete and up to date. */
  doubt?(): string | undefined
}

/** The one check of that: on incomplete or stale knowledge nothing new is started, and no exposure is returned. */
export const isInDoubt = (known: Doubtful): boolean => known.doubt?.() !== undefined

/** The read interface for the webhook, the plan and the report. While incomplete or stale it returns no exposures. */
export interface InventoryView extends Doubtful {
  exposuresOf(selection: Selection): Discovered
  /** Reads in steps what `exposuresOf` needs; absent: nothing has to be read. */
  readInSteps?(selection: Selection): Steps<void>
  /** Notices about the Services that select these Pods and the objects that refer to them, by object. Absent: none. */
  noticesAbout?(selection: Selection): readonly Notice[]
  namespace(name: string): NamespaceFacts | undefined
  /** The workload of this kind and name, if known. */
  workload(ref: ObjectRef): WorkloadSummary | undefined
  /** What autoscalers make of the replicas of a workload; undefined: none is known. */
  autoscaled(workload: ObjectRef): Autoscaled | undefined
  /**
   * A StatefulSet behind ip targets of this controller whose new Pods could not pass a readiness gate: started from zero,
   * each waits for the others, and they for it. Undefined or absent: none is known.
   */
  gatedPeers?(namespace: string, controller: AwsController): GatedPeers | undefined
  /** The state of the load balancer controller; absent: unknown. */
  lbc?(): LbcState
  /** Differs after every change of an answer of this view, doubt aside. Absent: it is not known when one changes. */
  revision?(): number
  /** The objects themselves, for what is about workloads and not about load balancers. Absent: none is known. */
  readonly objects?: ObjectView
}

/** What a live cluster provides in addition. */
export interface LiveView extends InventoryView {
  /** Every known workload, in no particular order. */
  workloads(): Iterable<WorkloadSummary>
  /**
   * Namespaces with an exposure that has ip targets, sorted; in steps, because each Service may have to be read for it.
   */
  exposedNamespaces(): Steps<readonly ExposedNamespace[]>
  /** Notices about what was too large or could not be read, each with what is therefore unknown; in steps. */
  passedOver(): Steps<readonly Notice[]>
  readonly gatedPeers: NonNullable<InventoryView['gatedPeers']>
  /** Every known Namespace, by name. */
  namespaces(): readonly NamespaceFacts[]
  /** The state of the load balancer controller, and its settings that discovery uses. */
  lbc(): LbcState
  progressOf(exposure: Exposure): Progress
  /** It already existed when Slackwater started: its age is unknown. */
  isFromStart(exposure: Exposure): boolean
}

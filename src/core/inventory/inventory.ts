import type { LbcState } from '../discovery/objects/lbc-state.ts'
import type { AwsController, Exposure, Progress } from '../model/exposure.ts'
import type { Notice } from '../model/notice.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import type { Steps } from '../model/steps.ts'
import type { Labels, NamespaceFacts, WorkloadSummary } from '../model/workload.ts'

/** What is asked: which load balancers send to the pods with these labels? */
export interface Selection {
  readonly namespace: string
  readonly labels: Labels
  /**
   * `template`: keys that controllers write into the labels of Pods count as met.
   * `pod`: matched exactly.
   */
  readonly matching: 'template' | 'pod'
  /**
   * The workload whose template this is, where it is known: a Service that selects one pod of a StatefulSet by its
   * name then selects only that StatefulSet's template.
   */
  readonly workload?: ObjectRef
}

export interface Discovered {
  /** In a stable order, by id. */
  readonly exposures: readonly Exposure[]
}

/** A namespace whose Pods want the readiness gate of this controller. */
export interface ExposedNamespace {
  readonly namespace: string
  readonly controller: AwsController
}

/** Whatever can say that what is known of the cluster may be out of date. */
export interface Doubtful {
  /** Why, in a clause; absent or undefined: it is up to date. */
  doubt?(): string | undefined
}

/** The one gate: nothing new is begun, and no exposure is told, on what may be out of date. */
export const isInDoubt = (known: Doubtful): boolean => known.doubt?.() !== undefined

/** The reading side: what the webhook, the plan and the report ask. In doubt it tells of no exposure. */
export interface InventoryView extends Doubtful {
  exposuresOf(selection: Selection): Discovered
  /** What `exposuresOf` would have to read for it, read in steps before; absent: nothing has to be read. */
  readInSteps?(selection: Selection): Steps<void>
  /** About the Services that select these pods, and what refers to them; by object. Absent: nothing. */
  noticesAbout?(selection: Selection): readonly Notice[]
  namespace(name: string): NamespaceFacts | undefined
  /** The workload of this kind and name, if it is known. */
  workload(ref: ObjectRef): WorkloadSummary | undefined
  /** What is seen of the load balancer controller; absent: nothing. */
  lbc?(): LbcState
}

/** What a live cluster tells besides. */
export interface LiveView extends InventoryView {
  /** Every workload that is known, in no particular order. */
  workloads(): Iterable<WorkloadSummary>
  /** Namespaces that hold an exposure with ip targets, sorted; in steps, since each Service may have to be read for it. */
  exposedNamespaces(): Steps<readonly ExposedNamespace[]>
  /** What was too large to be read, or could not be read, each with what is unknown for that; in steps. */
  passedOver(): Steps<readonly Notice[]>
  /** Every Namespace that is known, by name. */
  namespaces(): readonly NamespaceFacts[]
  /** What is seen of the load balancer controller, and what discovery goes by on its word. */
  lbc(): LbcState
  progressOf(exposure: Exposure): Progress
  /** It was there when we first looked: it may be as old as it likes. */
  isFromStart(exposure: Exposure): boolean
}

import type { ObjectRef } from '../model/object-ref.ts'
import type { Overrides } from '../model/overrides.ts'
import type { ScaledWorkload } from '../model/replicas.ts'
import type { Labels, PodTemplate } from '../model/workload.ts'
import type { ModeLabel } from './mode.ts'

/**
 * How a template compares with the stored one.
 * - `new`: there is none (CREATE, or a file);
 * - `same`: equal;
 * - `same-but-ours`: equal once our work is left out of both sides;
 * - `changed`: anything else.
 */
export type TemplateChange = 'new' | 'same' | 'same-but-ours' | 'changed'

/** The labels that the user's selectors of the webhook are matched with. */
export interface Selectable {
  /** Absent: the namespace is unknown. */
  readonly namespaceLabels?: Labels
  /** The object's own; with an update, the stored object's too: one of them has to match. */
  readonly labels: readonly Labels[]
}

/** A workload or a Pod to decide on, as requested. */
export interface Subject {
  readonly what: 'workload' | 'pod'
  readonly ref: ObjectRef
  readonly template: PodTemplate
  /** The stored template, on UPDATE. */
  readonly stored?: PodTemplate
  readonly change: TemplateChange
  /** The owner that controls it, if any. */
  readonly owner?: ObjectRef
  /** A static Pod's copy in the API. */
  readonly mirror: boolean
  /** A Pod that Helm runs once. */
  readonly isHelmHook?: true
  /** A Pod in a dump of a cluster: the API server refuses another hook or grace period in it (ValidatePodUpdate). */
  readonly isStoredPod?: true
  /** The workload itself, or the one that a Pod belongs to, if known. */
  readonly workload?: ScaledWorkload
  /** Mode labels of the object and its workload; the object's own come first. */
  readonly modeLabels: readonly ModeLabel[]
  readonly namespaceMode?: ModeLabel
  readonly overrides: Overrides
  /** What the user's selectors of the webhook are matched with; absent: the API server has selected it. */
  readonly selectable?: Selectable
  /**
   * Readiness gates that a new Pod lacks only because the load balancer controller is down, and that Slackwater may
   * write. Absent: none.
   */
  readonly missingGates?: readonly string[]
}

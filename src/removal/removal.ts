import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Labels } from '../core/model/workload.ts'
import type { RolloutProgress } from '../kubernetes/rollout-progress.ts'

/**
 * What happens to one object.
 * - `would-take-back`: Slackwater's work will be removed: a dry run, or not started yet;
 * - `taken-back`: it has been removed from the stored object;
 * - `left`: it is still there, and `why` gives the obstacle;
 * - `stays`: a remainder without effect, not worth a change.
 */
export type RemovalState = 'would-take-back' | 'taken-back' | 'left' | 'stays'

export interface WorkloadRemoval {
  readonly ref: ObjectRef
  readonly state: RemovalState
  /** What is removed, one clause for each change that a user would notice. */
  readonly changes: readonly string[]
  readonly why?: string
  /** The rollout of the new template, once it was waited for. */
  readonly rollout?: RolloutProgress
}

export interface NamespaceRemoval {
  readonly name: string
  readonly state: RemovalState
  /** Slackwater's labels, as stored. */
  readonly labels: Labels
  readonly why?: string
}

/** A report for other tools: a PolicyReport, or a Report of OpenReports. */
export interface ReportRemoval {
  readonly ref: ObjectRef
  readonly state: RemovalState
  readonly why?: string
}

/** A resource that could not be read. */
export interface Unread {
  /** `rollouts.argoproj.io` */
  readonly resource: string
  readonly problem: string
}

/** Everything found and done, by namespace, kind and name. */
export interface Removal {
  readonly workloads: readonly WorkloadRemoval[]
  readonly namespaces: readonly NamespaceRemoval[]
  readonly reports: readonly ReportRemoval[]
  readonly unread: readonly Unread[]
  /** Slackwater's MutatingWebhookConfigurations that still exist. */
  readonly webhooks: readonly string[]
  /** Slackwater's ValidatingWebhookConfigurations that still exist. */
  readonly validatingWebhooks: readonly string[]
  /** Why it ended early. */
  readonly stopped?: string
}

/** Why an object is left after another client wrote it during both attempts. */
export const BUSY = 'another client changed it at the same time; run this again'

const UNDONE: readonly RolloutProgress['state'][] = ['rolling', 'stuck']

/** Whether nothing removable is left, and every rollout started is done or waits for a user. */
export const isDone = ({ workloads, namespaces, reports, unread, stopped }: Removal): boolean =>
  stopped === undefined &&
  unread.length === 0 &&
  ![...workloads, ...namespaces, ...reports].some(({ state }) => state === 'left') &&
  !workloads.some(({ rollout }) => rollout !== undefined && UNDONE.includes(rollout.state))

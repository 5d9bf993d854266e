import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Labels } from '../core/model/workload.ts'
import type { RolloutProgress } from '../kubernetes/rollout-progress.ts'

/**
 * What is done about one object.
 * - `would-take-back`: ours goes, or would go: a dry run, or not begun yet;
 * - `taken-back`: ours has gone from the stored object;
 * - `left`: ours stands, and `why` says what is in the way;
 * - `stays`: something that means nothing any more, and is not worth a change.
 */
export type RemovalState = 'would-take-back' | 'taken-back' | 'left' | 'stays'

export interface WorkloadRemoval {
  readonly ref: ObjectRef
  readonly state: RemovalState
  /** What goes, one clause for each thing that a person would notice. */
  readonly changes: readonly string[]
  readonly why?: string
  /** Where the Pods are with the new template, once that was waited for. */
  readonly rollout?: RolloutProgress
}

export interface NamespaceRemoval {
  readonly name: string
  readonly state: RemovalState
  /** Ours, as they stand. */
  readonly labels: Labels
  readonly why?: string
}

/** What could not be looked at. */
export interface Unread {
  /** `rollouts.argoproj.io` */
  readonly resource: string
  readonly problem: string
}

/** All that was found and done, by namespace, kind and name. */
export interface Removal {
  readonly workloads: readonly WorkloadRemoval[]
  readonly namespaces: readonly NamespaceRemoval[]
  readonly unread: readonly Unread[]
  /** MutatingWebhookConfigurations of ours that are still there. */
  readonly webhooks: readonly string[]
  /** Why it ended before everything was tried. */
  readonly stopped?: string
}

/** Why an object is left that somebody else wrote twice while we tried. */
export const BUSY = 'another client changed it at the same time; run this again'

const UNDONE: readonly RolloutProgress['state'][] = ['rolling', 'stuck']

/** Nothing of ours stands that could go, and every rollout that was begun is done, or waits for a person's word. */
export const isDone = ({ workloads, namespaces, unread, stopped }: Removal): boolean =>
  stopped === undefined &&
  unread.length === 0 &&
  ![...workloads, ...namespaces].some(({ state }) => state === 'left') &&
  !workloads.some(({ rollout }) => rollout !== undefined && UNDONE.includes(rollout.state))

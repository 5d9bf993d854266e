import type { AwsController } from '../model/exposure.ts'
import type { Labels } from '../model/workload.ts'

/** What to do about the readiness-gate label of a namespace, or why nothing is done. */
export const GATE_STATES = [
  /** The label is set, by Slackwater or another client: new Pods get their gate. */
  'labelled',
  /** The controller's webhook selects the namespace without any label. */
  'not-needed',
  /** The label is to be set. */
  'label',
  /** The label would be set, but the mode or the setting only allows reporting. */
  'would-label',
  /** Labels that Slackwater set are to be removed. */
  'take-back',
  /** They would be removed, but the mode or the setting only allows reporting. */
  'would-take-back',
  /** No load balancer sends to ip targets here now; what Slackwater set stays. */
  'kept',
  /** A user has removed a label that Slackwater set. */
  'stood-down',
  /** A user has set the label to another value. */
  'set-otherwise',
  /** No label that could be added would help. */
  'cannot',
  /** Pods of a StatefulSet could not find each other: with the gate, none would become ready. */
  'held-back',
  /** A gate is stuck where Slackwater has set its label: no other namespace is labeled until it has passed. */
  'on-hold',
  /** An outage of the controller would block every new Pod here, and too few of its replicas are ready. */
  'paused',
  /** The controller is configured to inject no gates. */
  'no-gates',
  /** A namespace that Slackwater never changes. */
  'forbidden',
  /** The namespace is being deleted. */
  'terminating',
  /** Turned off, and no label of Slackwater's is set. */
  'off',
] as const
export type GateState = (typeof GATE_STATES)[number]

/** The decision about one namespace and one controller. */
export interface GateDecision {
  readonly namespace: string
  readonly controller: AwsController
  readonly state: GateState
  /** To be set (`label`, `would-label`, `held-back`, `on-hold`, `paused`) or removed (`take-back`, `would-take-back`); else empty. */
  readonly labels: Labels
  /** Labels that Slackwater set for this controller and that are still set as it set them. */
  readonly ownedLabels: Labels
  /** The reason, a clause in plain words. */
  readonly why: string
  /** The command with which a user resolves it, if there is one. */
  readonly cure?: string
  /** New Pods get a gate, and some of them may never pass it: why, a clause. Part of `why`. */
  readonly warning?: string
}

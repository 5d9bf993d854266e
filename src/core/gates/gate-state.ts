import type { AwsController } from '../model/exposure.ts'
import type { Labels } from '../model/workload.ts'

/** What there is to do about the readiness-gate label of a namespace, or why nothing is done. */
export const GATE_STATES = [
  /** The label stands, ours or somebody's: new Pods get their gate. */
  'labelled',
  /** The controller's webhook selects the namespace without any label. */
  'not-needed',
  /** To be labelled. */
  'label',
  /** It would be labelled, but for the mode or the setting, which only let us say so. */
  'would-label',
  /** Labels of ours are to go. */
  'take-back',
  /** They would go, but for the mode or the setting. */
  'would-take-back',
  /** Nothing sends to ip targets here now; what we set stays. */
  'kept',
  /** A person has removed a label of ours. */
  'stood-down',
  /** A person has set the label to another value. */
  'set-otherwise',
  /** No label that could be added would help. */
  'cannot',
  /** The controller's outage would stop every Pod here, and too few of its replicas are ready. */
  'paused',
  /** The controller has been told to inject no gates. */
  'no-gates',
  /** A namespace that is never touched. */
  'forbidden',
  /** The namespace is being deleted. */
  'terminating',
  /** Switched off, and nothing of ours is there. */
  'off',
] as const
export type GateState = (typeof GATE_STATES)[number]

/** What is decided about one namespace and one controller. */
export interface GateDecision {
  readonly namespace: string
  readonly controller: AwsController
  readonly state: GateState
  /** To be set (`label`, `would-label`, `paused`) or taken back (`take-back`, `would-take-back`); else none. */
  readonly labels: Labels
  /** Labels that we set for this controller and that stand as we set them. */
  readonly ownedLabels: Labels
  /** A clause for people. */
  readonly why: string
  /** The command by which a person settles it, where there is one. */
  readonly cure?: string
}

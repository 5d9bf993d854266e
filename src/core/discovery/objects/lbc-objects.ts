import type { Labels } from '../../model/workload.ts'
import type { Identified } from './identified.ts'
import type { GateWebhook } from './lbc-state.ts'

/** The flags of LBC that are read (LBC pkg/config/controller_config.go and its neighbors, pkg/inject/config.go). */
export const LBC_FLAGS = [
  'aws-api-throttle',
  'default-target-type',
  'enable-pod-readiness-gate-inject',
  'feature-gates',
  'ingress-class',
  'load-balancer-class',
  'targetgroupbinding-max-concurrent-reconciles',
  'watch-namespace',
] as const
export type LbcFlag = (typeof LBC_FLAGS)[number]

/** The value of each flag, as text; null if only the running container knows it, such as `$(NAME)`. */
export type LbcArguments = Readonly<Partial<Record<LbcFlag, string | null>>>

/** A Deployment that may be LBC's, judged from its image, its label or its arguments. */
export interface LbcDeploymentObject extends Identified<'LbcDeployment'> {
  /** Its image or its label has the controller's name. Other controllers have flags of the same names. */
  readonly isNamed: boolean
  /** The labels of its pod template: LBC's webhook Service selects them. */
  readonly labels: Labels
  readonly arguments: LbcArguments
  /** Absent: nobody has stated it; the API server fills in 1. */
  readonly desired?: number
  readonly ready: number
}

/** The webhooks of one MutatingWebhookConfiguration that inject readiness gates; other configurations have none. */
export interface GateWebhooksObject extends Identified<'GateWebhooks'> {
  readonly webhooks: readonly GateWebhook[]
}

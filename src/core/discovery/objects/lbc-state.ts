import type { AwsController, TargetType } from '../../model/exposure.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Resolved } from '../../model/resolved.ts'
import type { FeatureGate } from '../../model/settings.ts'
import type { LabelSelector } from './label-selector.ts'

/** The observed state of the load balancer controller in the cluster. */
export interface LbcState {
  readonly deployment?: { readonly ref: ObjectRef; readonly desired: number; readonly ready: number }
  /** The webhooks that inject readiness gates: LBC's, Auto Mode's. */
  readonly gateWebhooks: readonly GateWebhook[]
  /** `--enable-pod-readiness-gate-inject`. */
  readonly gateInjection: Resolved<boolean>
  readonly settings: LbcSettings
  /**
   * The limits that its DeregisterTargets calls wait for (`--aws-api-throttle`). None: it waits for nothing. Undefined: they
   * are written in a way that is not read.
   */
  readonly callLimits: Resolved<readonly CallLimit[] | undefined>
  /** How many TargetGroupBindings it works on at a time (`--targetgroupbinding-max-concurrent-reconciles`). */
  readonly workers: Resolved<number>
}

/** A limit on calls: a burst, then so many a second. */
export interface CallLimit {
  readonly perSecond: number
  readonly burst: number
}

/** The controller's settings: what the user set in Slackwater's settings, else its own argument, else its default. */
export interface LbcSettings {
  readonly ingressClass: Resolved<string>
  readonly loadBalancerClass: Resolved<string>
  /** Undefined if not set anywhere; LBC's default is `instance`. */
  readonly defaultTargetType: Resolved<TargetType | undefined>
  /** Undefined: every namespace. */
  readonly watchNamespace: Resolved<string | undefined>
  /** Only explicitly set gates: defaults differ between versions. */
  readonly featureGates: Readonly<Partial<Record<FeatureGate, Resolved<boolean>>>>
}

export interface GateWebhook {
  /** The name of its MutatingWebhookConfiguration. */
  readonly configuration: string
  readonly controller: AwsController
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly service?: { readonly namespace: string; readonly name: string }
  readonly namespaceSelector: LabelSelector
  readonly objectSelector: LabelSelector
}

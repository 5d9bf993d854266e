import type { AwsController, TargetType } from '../../model/exposure.ts'
import type { ObjectRef } from '../../model/object-ref.ts'
import type { Resolved } from '../../model/resolved.ts'
import type { FeatureGate } from '../../model/settings.ts'
import type { LabelSelector } from './label-selector.ts'

/** What is seen of the load balancer controller in the cluster. */
export interface LbcState {
  readonly deployment?: { readonly ref: ObjectRef; readonly desired: number; readonly ready: number }
  /** The webhooks that inject readiness gates: LBC's, Auto Mode's. */
  readonly gateWebhooks: readonly GateWebhook[]
  /** `--enable-pod-readiness-gate-inject`. */
  readonly gateInjection: Resolved<boolean>
  readonly settings: LbcSettings
}

/** What the controller goes by: what someone wrote for it into our settings, else its own argument, else its default. */
export interface LbcSettings {
  readonly ingressClass: Resolved<string>
  readonly loadBalancerClass: Resolved<string>
  /** Undefined: nothing says it; LBC's default is `instance`. */
  readonly defaultTargetType: Resolved<TargetType | undefined>
  /** Undefined: every namespace. */
  readonly watchNamespace: Resolved<string | undefined>
  /** Only those that something says: a version may have another default. */
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

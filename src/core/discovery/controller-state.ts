import type { GroupController, TargetType } from '../model/exposure.ts'
import type { ObjectRef } from '../model/object-ref.ts'
import { assumed, type Resolved, resolve } from '../model/resolved.ts'
import { controllerDefault } from './controllers.ts'
import type { LabelSelector } from './label-selector.ts'
import type { DiscoverySettings } from './view.ts'

/** What is seen of the load balancer controller in the cluster. */
export interface ControllerState {
  readonly deployment?: { readonly ref: ObjectRef; readonly desired: number; readonly ready: number }
  /** The webhooks that inject readiness gates: LBC's, Auto Mode's. */
  readonly gateWebhooks: readonly GateWebhook[]
  /** `--enable-pod-readiness-gate-inject`. */
  readonly gateInjection: Resolved<boolean>
  readonly settings: {
    readonly ingressClass: Resolved<string>
    readonly loadBalancerClass: Resolved<string>
    readonly defaultTargetType: Resolved<TargetType | undefined>
    readonly watchNamespace: Resolved<string | undefined>
    readonly featureGates: Readonly<Record<string, boolean>>
  }
}

export interface GateWebhook {
  /** The name of its MutatingWebhookConfiguration. */
  readonly configuration: string
  readonly controller: GroupController
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly service?: { readonly namespace: string; readonly name: string }
  readonly namespaceSelector: LabelSelector
  readonly objectSelector: LabelSelector
}

/** Nothing is seen of it: its defaults, and the installation's settings. */
export function unseenController(settings: DiscoverySettings): ControllerState {
  const byDefault = <T>(value: T): Resolved<T> => resolve([assumed(value, controllerDefault('lbc'))])
  return {
    gateWebhooks: [],
    gateInjection: byDefault(true),
    settings: {
      ingressClass: byDefault(settings.ingressClass),
      loadBalancerClass: byDefault(settings.loadBalancerClass),
      defaultTargetType: byDefault(settings.defaultTargetType),
      watchNamespace: byDefault<string | undefined>(undefined),
      featureGates: {},
    },
  }
}

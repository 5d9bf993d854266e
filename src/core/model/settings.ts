import type { TargetType } from './exposure.ts'
import type { Seconds } from './seconds.ts'

export const MODES = ['enforce', 'dry-run', 'off'] as const
export type Mode = (typeof MODES)[number]

export const INJECT_INTO = ['auto', 'workloads', 'pods'] as const
export type InjectInto = (typeof INJECT_INTO)[number]

/**
 * What is done about the namespace labels that switch readiness gates on: set them; only say what is missing; nothing,
 * and labels of ours are taken back.
 */
export const NAMESPACE_LABELS = ['enforce', 'report', 'off'] as const
type NamespaceLabels = (typeof NAMESPACE_LABELS)[number]

/** Whether a workload that is being born when its load balancer appears is rolled out once, so that it is protected. */
export const ADOPT = ['newborn', 'off'] as const
type Adopt = (typeof ADOPT)[number]

export const HOOK_FORMS = ['sleep', 'exec'] as const
export type HookForm = (typeof HOOK_FORMS)[number]

/** LBC's feature gates that decide whether it serves an object at all (LBC pkg/config/feature_gates.go). */
export const FEATURE_GATES = [
  'EnableServiceController',
  'ServiceTypeLoadBalancerOnly',
  'ALBGatewayAPI',
  'NLBGatewayAPI',
] as const
export type FeatureGate = (typeof FEATURE_GATES)[number]

/**
 * Terms of the timing budget that someone wrote into the installation's settings. One that is written is
 * explicit and wins over what objects declare; one that is absent leaves the term to the evidence.
 */
export interface TermSettings {
  readonly controllerSeconds?: Seconds
  readonly propagationSeconds?: { readonly alb?: Seconds; readonly nlb?: Seconds }
  readonly requestSeconds?: Seconds
  readonly kubeProxySeconds?: Seconds
  readonly marginSeconds?: Seconds
  readonly shutdownSeconds?: Seconds
  readonly deregistrationDelaySeconds?: Seconds
  readonly idleTimeoutSeconds?: { readonly alb?: Seconds; readonly nlb?: Seconds }
  readonly healthSeconds?: Seconds
  readonly unhealthyLagSeconds?: Seconds
}

/** What an installation decides for the whole cluster. */
export interface Settings {
  readonly mode: Mode
  readonly injectInto: InjectInto
  readonly hook: HookForm
  readonly daemonSets: boolean
  /** Names of containers through which the traffic of the others goes: they outlive an application that drains by itself. */
  readonly proxyContainers: readonly string[]
  /** Caps the computed sleep; an explicit one is not cut. */
  readonly maxSleepSeconds: Seconds
  /** Caps what we raise the grace period to; absent: no cap. */
  readonly maxGraceSeconds?: Seconds
  /** Caps what we raise the grace period to for the sake of a hook of the user's. */
  readonly maxHookGraceSeconds: Seconds
  readonly terms: TermSettings
  readonly namespaceLabels: NamespaceLabels
  readonly adopt: Adopt
  /** LBC's `--default-target-type`; absent, as for the five below: what LBC's own argument says. */
  readonly defaultTargetType?: TargetType
  /** LBC's `--ingress-class`. */
  readonly ingressClass?: string
  /** LBC's `--load-balancer-class`. */
  readonly loadBalancerClass?: string
  /** LBC's `--watch-namespace`; empty: every namespace. */
  readonly watchNamespace?: string
  /** LBC's `--enable-pod-readiness-gate-inject`. */
  readonly readinessGateInject?: boolean
  /** LBC's `--feature-gates`, each by itself. */
  readonly featureGates?: Readonly<Partial<Record<FeatureGate, boolean>>>
  /** The namespace we run in: never touched. */
  readonly ownNamespace: string
  /** Further namespaces where nothing is injected, labeled or rolled out. */
  readonly excludedNamespaces: readonly string[]
}

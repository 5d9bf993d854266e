import type { TargetType } from './exposure.ts'
import type { Seconds } from './seconds.ts'
import type { Labels } from './workload.ts'

export const MODES = ['enforce', 'dry-run', 'off'] as const
export type Mode = (typeof MODES)[number]

export const INJECT_INTO = ['auto', 'workloads', 'pods'] as const
export type InjectInto = (typeof INJECT_INTO)[number]

/**
 * What to do about the namespace labels that enable readiness gates: set them; only report missing ones; nothing, and
 * remove those that Slackwater set.
 */
export const NAMESPACE_LABELS = ['enforce', 'report', 'off'] as const
type NamespaceLabels = (typeof NAMESPACE_LABELS)[number]

/** Whether a newborn workload is rolled out once to protect it, if its load balancer appears after it. */
export const ADOPT = ['newborn', 'off'] as const
type Adopt = (typeof ADOPT)[number]

/** Whether Slackwater writes the readiness gates of new Pods while the controller that injects them is down. */
export const GATE_WHEN_CONTROLLER_DOWN = ['off', 'on'] as const
type GateWhenControllerDown = (typeof GATE_WHEN_CONTROLLER_DOWN)[number]

/**
 * Whether findings are written as PolicyReports or OpenReports, which other tools show: `auto` takes the newer of the two
 * that is installed; a name takes only that one.
 */
export const POLICY_REPORTS = ['off', 'auto', 'openreports.io', 'wgpolicyk8s.io'] as const
export type PolicyReports = (typeof POLICY_REPORTS)[number]

/** What a finding does at an apply: nothing, a warning, or a refusal. */
export const FINDING_LEVELS = ['off', 'warn', 'deny'] as const
export type FindingLevel = (typeof FINDING_LEVELS)[number]

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
 * Terms of the timing budget that are set in the installation's settings. A set term is explicit and wins over what
 * objects declare; for an absent one the evidence counts.
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

/** Which measurements are used. */
export interface ObservedSettings {
  /** Since the last departure; default 180. */
  readonly maxAgeDays?: number
  /** Default 20. */
  readonly minimumDepartures?: number
}

/** A label selector as it is written: its lists may be missing. */
export interface WrittenSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

/** What the user has added to the webhook configurations. */
interface WebhookSelection {
  readonly namespaceSelector?: WrittenSelector
  readonly objectSelector?: WrittenSelector
  /** In CEL, which only the API server evaluates. */
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[]
}

/** The settings of an installation, for the whole cluster. */
export interface Settings {
  readonly mode: Mode
  readonly injectInto: InjectInto
  readonly hook: HookForm
  readonly daemonSets: boolean
  /** Names of sidecar proxies: they keep running until an application that drains by itself has ended. */
  readonly proxyContainers: readonly string[]
  /** Caps the computed sleep; an explicit one is not capped. */
  readonly maxSleepSeconds: Seconds
  /** Caps the raised grace period; absent: no cap. */
  readonly maxGraceSeconds?: Seconds
  /** Caps a grace period that is raised for a user's own hook. */
  readonly maxHookGraceSeconds: Seconds
  readonly terms: TermSettings
  readonly observed: ObservedSettings
  readonly namespaceLabels: NamespaceLabels
  readonly adopt: Adopt
  /** Only for Pods that LBC would give the same gates, and only while LBC has no ready replica. */
  readonly gateWhenControllerDown: GateWhenControllerDown
  readonly policyReports: PolicyReports
  /** LBC's `--default-target-type`; if absent, as for the five below, LBC's own argument counts. */
  readonly defaultTargetType?: TargetType
  /** LBC's `--ingress-class`. */
  readonly ingressClass?: string
  /** LBC's `--load-balancer-class`. */
  readonly loadBalancerClass?: string
  /** LBC's `--watch-namespace`; empty: every namespace. */
  readonly watchNamespace?: string
  /** LBC's `--enable-pod-readiness-gate-inject`. */
  readonly readinessGateInject?: boolean
  /** LBC's `--feature-gates`, one by one. */
  readonly featureGates?: Readonly<Partial<Record<FeatureGate, boolean>>>
  /** Reasons by the ids of findings that are accepted in every namespace. */
  readonly accept: Readonly<Record<string, string>>
  /** What a finding does at an apply, by its id. Absent: warnings and errors warn, information does not. */
  readonly findings: Readonly<Record<string, FindingLevel>>
  /** The namespace that Slackwater runs in: never changed. */
  readonly ownNamespace: string
  /** Further namespaces where nothing is injected, labeled or rolled out. */
  readonly excludedNamespaces: readonly string[]
  readonly webhook: WebhookSelection
}

import type { ObjectRef } from './object-ref.ts'
import type { Seconds } from './seconds.ts'

/** Kubernetes' own default for terminationGracePeriodSeconds (core/v1 PodSpec). */
export const DEFAULT_GRACE = 30 as Seconds

/** Limit of all annotations of one object, keys and values, in bytes (Kubernetes apimachinery, TotalAnnotationSizeLimitB). */
export const ANNOTATIONS_LIMIT = 256 * 1024

export type Labels = Readonly<Record<string, string>>

/** Labels that a controller changes on running Pods, each with all of its values. */
export type ChangingLabels = ReadonlyMap<string, ReadonlySet<string>>

/**
 * A preStop hook as it stands. More than one handler is what the API server refuses ("may not specify more
 * than 1 handler type"); it reaches us when a user adds a handler beside ours.
 */
export interface PreStop {
  /** Names of the handlers present: `sleep`, `exec`, `httpGet`, `tcpSocket`; sorted. */
  readonly handlers: readonly string[]
  /** `sleep.seconds`, where a sleep handler is present. */
  readonly sleep?: Seconds
  /** `exec.command`, where an exec handler is present. */
  readonly exec?: readonly string[]
  /**
   * How long ingress-nginx goes on serving after its hook `/wait-shutdown` has sent it SIGTERM: its argument
   * `--shutdown-grace-period`. The hook lasts until nginx has ended (kubernetes/ingress-nginx cmd/waitshutdown/main.go;
   * internal/ingress/controller/nginx.go, Stop).
   */
  readonly shutdownGrace?: Seconds
}

export interface Probe {
  /** The probe's own `terminationGracePeriodSeconds`. */
  readonly grace?: Seconds
}

/** Probes whose failure stops a container, and so runs its preStop hook. */
export const STOPPING_PROBES = ['livenessProbe', 'startupProbe'] as const
export type StoppingProbe = (typeof STOPPING_PROBES)[number]

/** Grace periods of a container's probes. */
export type ProbeGraces = Readonly<Partial<Record<StoppingProbe, Seconds>>>

/**
 * Hooks whose `sleep` the API server measures against the grace period (kubernetes/kubernetes 1.35,
 * pkg/apis/core/validation/validation.go, validateLifecycle: both go to validateHandler, and on to
 * validateSleepAction). The proof of a patch and the policy go by this one list.
 */
export const MEASURED_HOOKS = ['preStop', 'postStart'] as const

/** `ports[]` of a container, as far as it names them. */
export interface ContainerPort {
  readonly port: number
  readonly name?: string
}

/** `httpGet` of a probe: a port by number or name. */
export interface HttpEndpoint {
  readonly port: number | string
  readonly path: string
}

export interface Container {
  readonly name: string
  /** `lifecycle` is present (and not null), so that we must not create it. */
  readonly hasLifecycle: boolean
  /** `lifecycle` holds nothing but a preStop hook. */
  readonly onlyPreStop: boolean
  readonly preStop?: PreStop
  /** `lifecycle.postStart.sleep.seconds`, where there is such a handler. */
  readonly postStartSleep?: Seconds
  readonly probes: Readonly<Partial<Record<StoppingProbe, Probe>>>
  readonly hasReadinessProbe: boolean
  /** Absent: it names none. */
  readonly ports?: readonly ContainerPort[]
  /** What its readiness probe asks, where it does so by HTTP. */
  readonly readinessHttp?: HttpEndpoint
}

/**
 * What the source of an object states of its template, and will state again at its next apply. That much is the
 * user's, whoever wrote it first.
 */
export interface Stated {
  /** The grace period that it states. */
  readonly grace?: Seconds
  /** The one in what was last applied, where somebody else may state another since. */
  readonly appliedGrace?: Seconds
  /** An Apply owns it: whatever it has applied, which the fields do not tell. */
  readonly isGraceOwned?: true
  /**
   * Its owner itself makes this request, and so states the grace period that the request has. Only for what takes our
   * work out: asked a second time in the same request, we would see a number of ours there.
   */
  readonly requestsGrace?: true
  /** The preStop hooks that it states, by container, be it that somebody else has taken one out since. */
  readonly hooks: ReadonlyMap<string, PreStop>
  /** Containers whose `lifecycle` it states as an empty mapping. */
  readonly lifecycles: ReadonlySet<string>
  /** The grace of probes that it states, by container, be it that somebody else has taken it out since. */
  readonly probes: ReadonlyMap<string, ProbeGraces>
}

/** Whom we believe about our work in a template (core/injection/witness). */
export interface SourceWitness {
  /** The text of the record that counts; absent: none does, and nothing there is ours. */
  readonly record?: string
  /** The text under our key is the source's own: no record, and not ours to take away. */
  readonly isForeign?: true
  /** Somebody's Apply owns the key, and nothing in the text tells it from what was applied. */
  readonly isOwned?: true
}

/** A preStop sleep that a mesh gives the proxy which it adds to each Pod, because an annotation asks for it. */
export interface ProxyWait {
  readonly container: string
  readonly annotation: string
  readonly length: Seconds
}

/** What the policy reads of a pod template, or of a Pod. */
export interface PodTemplate {
  readonly labels: Labels
  /** Our own annotations only (prefix `slackwater.dev/`). */
  readonly annotations: Labels
  /** `metadata` and `metadata.annotations` are present (and not null). */
  readonly hasMetadata: boolean
  readonly hasAnnotations: boolean
  /** Bytes of all annotation keys and values that are not ours. */
  readonly foreignAnnotationBytes: number
  /** All annotations together are longer than ANNOTATIONS_LIMIT, and would not be without our record. */
  readonly overfull?: true
  /** `terminationGracePeriodSeconds`; absent means the API server's default, 30. */
  readonly grace?: Seconds
  /** The grace period is negative, and `grace` the 1 that Kubernetes makes of it in a Pod. No sleep fits into it. */
  readonly negativeGrace?: true
  /** Absent: nothing is stated, or nobody knows. */
  readonly stated?: Stated
  /** Absent: the text under our key is believed. */
  readonly witness?: SourceWitness
  /** Regular containers, in the order and at the indexes of the object. */
  readonly containers: readonly Container[]
  /** Init containers with `restartPolicy: Always`: the kubelet stops them last by itself. */
  readonly nativeSidecars: readonly Container[]
  readonly readinessGates: readonly string[]
  /** Absent: no annotation asks for one. */
  readonly proxyWait?: ProxyWait
  /** Node selector or affinity (required or preferred) on a Spot capacity type, or on a NodePool that is all Spot. */
  readonly spot: boolean
  /** The scheduler must place its pods in different zones. */
  readonly spreadsOverZones?: true
  /** The Karpenter NodePools that they name, each once; absent: none. */
  readonly nodePools?: readonly string[]
}

/** A count or a percentage, as `maxSurge` takes it. */
export type CountOrPercent = { readonly count: number } | { readonly percent: number }

/** How a workload replaces a pod; decides whether somebody else serves meanwhile. */
export type Replacement =
  | { readonly kind: 'rolling'; readonly maxSurge: CountOrPercent; readonly maxUnavailable: CountOrPercent }
  | { readonly kind: 'recreate' }
  /** StatefulSet: one pod at a time, the old one gone first. */
  | { readonly kind: 'in-place' }
  | { readonly kind: 'unknown' }

/** What only a cluster tells of a workload, and what its template shows at a glance. */
export interface LiveFacts {
  readonly uid: string
  /** `metadata.creationTimestamp`, in milliseconds since 1970. */
  readonly created: number
  /** Its template may have been rolled out since it was created; in doubt it has been. */
  readonly rolledOut: boolean
  /** A change of its template starts no rollout until a person resumes it (Deployment: `spec.paused`). */
  readonly paused: boolean
  readonly templateLabels: Labels
  /** The template carries our record, whatever stands of it. */
  readonly recorded: boolean
  /** It was rolled out once for its load balancer, and its hooks go into its Pods. */
  readonly adopted: boolean
  /** A regular container has no preStop hook. */
  readonly unhooked: boolean
  /** Its status counts Pods that are not ready. */
  readonly unready: boolean
}

/** A workload without its template: what is kept of each, and what its Pods are judged by. */
export interface WorkloadSummary {
  readonly ref: ObjectRef
  /** Its own labels, which need not be those of its template; absent: none. */
  readonly labels?: Labels
  /** The value of the mode label on the workload itself, as written. */
  readonly modeLabel?: string
  /** Owned by a controller (`ownerReferences[].controller: true`). */
  readonly owner?: ObjectRef
  /** `spec.replicas`; absent: nobody has stated it, and a 1 there is only the API server's default. */
  readonly replicas?: number
  readonly replacement: Replacement
  readonly minReadySeconds: Seconds
  readonly progressDeadline?: Seconds
  /** Ephemeral metadata of an Argo Rollout. */
  readonly changingLabels?: ChangingLabels
  /** The `assume` annotation of its template, as written. */
  readonly assume?: string
  /** `spec.workloadRef` of an Argo Rollout: its Pods are made from that object's template. */
  readonly templateOf?: ObjectRef
  /** Of a StatefulSet; absent: it names no governing Service. */
  readonly governed?: Governed
  /** Absent: it is read from a file or a request, or is being deleted. */
  readonly live?: LiveFacts
}

/** How the Pods of a StatefulSet know each other. */
export interface Governed {
  /** `spec.serviceName`: the Service, in their own namespace, under which DNS has their names. */
  readonly service: string
  /** The labels of its template. */
  readonly labels: Labels
}

/** A workload with its pod template. */
export interface Workload extends WorkloadSummary {
  readonly template: PodTemplate
  /** The workload's own annotation `slackwater.dev/accept`, as written. */
  readonly accept?: string
  /** Keys of ours that stand on the workload, where nothing reads them: of annotations, and of labels. */
  readonly misplacedAnnotations: readonly string[]
  readonly misplacedLabels: readonly string[]
}

/** A Pod: its spec is its own template. */
export interface Pod {
  readonly ref: ObjectRef
  readonly modeLabel?: string
  readonly owner?: ObjectRef
  /** The owner's kind has the name of one that is known, but another API group: OpenKruise has a StatefulSet, too. */
  readonly isOwnerForeign?: true
  /** A static Pod's copy in the API (annotation `kubernetes.io/config.mirror`). */
  readonly mirror: boolean
  /** A hook of Helm's, such as a test (annotation `helm.sh/hook`): Helm waits until it has run (Helm docs, Chart Hooks). */
  readonly isHelmHook?: true
  readonly template: PodTemplate
}

/** What is known of a Namespace. */
export interface NamespaceFacts {
  readonly name: string
  /** Absent in files. */
  readonly uid?: string
  readonly labels: Labels
  /** Our own annotations only. */
  readonly annotations: Labels
  /** It is going, and takes no change any more. */
  readonly deleting?: true
}

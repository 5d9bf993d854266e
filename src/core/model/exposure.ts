import { type ObjectRef, refText } from './object-ref.ts'
import type { Measured } from './observed.ts'
import type { Candidate, Resolved } from './resolved.ts'
import type { Seconds } from './seconds.ts'

export type LoadBalancer = 'alb' | 'nlb' | 'classic'
export type TargetType = 'ip' | 'instance'
export type TrafficPolicy = 'Cluster' | 'Local'

/** The controller that creates the target group; it determines the namespace's readiness-gate label. */
export type AwsController = 'lbc' | 'auto-mode'

/** One step of the path from a load balancer to a Pod: an object, or what leads on from it (a rule, a listener). */
export type ReasonStep = { readonly object: ObjectRef; readonly port?: string } | { readonly via: string }

/** The evidence for an exposure: a chain from the object that the load balancer is created for to the Service. */
export type Reason = readonly ReasonStep[]

/** `Ingress shop/web → rule shop.example.com/cart → Service shop/cart:80`. */
export const reasonText = (reason: Reason): string => reason.map(stepText).join(' → ')

/** The chain down to the workload or Pod behind the Service. */
export const reasonTo = (object: ObjectRef, reason: Reason): Reason => [...reason, { object }]

function stepText(step: ReasonStep): string {
  if ('via' in step) return step.via
  return step.port === undefined ? refText(step.object) : `${refText(step.object)}:${step.port}`
}

/** What objects declare of a load balancer's health check; a part that is absent is the controller's default. */
export interface HealthCheck {
  /** `HTTP`, `HTTPS` or `TCP`; `GRPC` for a target group of that protocol version. */
  readonly protocol?: string
  readonly path?: string
  /** A number, the name of a port of the Service, or `traffic-port`. */
  readonly port?: string
  /** Answers that count as healthy, as written: `200`, `200-399`, `200,404`. */
  readonly codes?: string
  /** It asks the port at which kube-proxy says whether a node has a ready Pod (`spec.healthCheckNodePort`). */
  readonly asksKubeProxy?: true
}

/** What objects declare about a target group, each value with its origin. Empty lists: nothing is declared. */
export interface Evidence {
  readonly deregistrationDelay: readonly Candidate<Seconds>[]
  readonly idleTimeout: readonly Candidate<Seconds>[]
  readonly healthInterval: readonly Candidate<Seconds>[]
  readonly healthTimeout: readonly Candidate<Seconds>[]
  readonly unhealthyThreshold: readonly Candidate<number>[]
  readonly healthyThreshold: readonly Candidate<number>[]
  /** `deregistration_delay.connection_termination.enabled`: an NLB ends what is open at the end of the delay. */
  readonly connectionTermination: readonly Candidate<boolean>[]
  /** `load_balancing.cross_zone.enabled` of an NLB's target group or, without it, of the NLB. */
  readonly crossZone: readonly Candidate<boolean>[]
  /** What access logs showed: of the target group first, then of its load balancers. */
  readonly measured: readonly MeasuredExposure[]
  /** The checks that were written, each once; empty: unknown. More than one: nobody knows which of them counts. */
  readonly healthChecks: readonly HealthCheck[]
}

/** A measurement of an exposure's target group, or of its load balancer. */
export interface MeasuredExposure extends Measured {
  /** As in `Measurements`. RFC 3339. */
  readonly measuredAt: string
  readonly by: string
  /** Whole days since the last departure, negative for one in the future; absent: today is unknown. */
  readonly ageDays?: number
  /** The ConfigMap. */
  readonly object: ObjectRef
}

export const NO_EVIDENCE: Evidence = {
  deregistrationDelay: [],
  idleTimeout: [],
  healthInterval: [],
  healthTimeout: [],
  unhealthyThreshold: [],
  healthyThreshold: [],
  connectionTermination: [],
  crossZone: [],
  measured: [],
  healthChecks: [],
}

/** How far the creation of an exposure's load balancer has come. */
export interface Progress {
  /** How clients can reach it: not yet, at an address that appeared a moment ago, or at one that may be in use. */
  readonly address: 'none' | 'new' | 'known'
  /** The controller's TargetGroupBinding exists: Pods created from now on get readiness gates. */
  readonly isBound: boolean
  /** A user or another tool created the TargetGroupBinding: the load balancer is not visible here. */
  readonly isMadeByHand: boolean
}

/** How an Argo Rollout replaces its Pods. */
export type RolloutStrategy = 'blue-green' | 'canary'

/** The Argo Rollout that points a Service at new Pods once they are available, not when they are created. */
export interface Switcher {
  readonly rollout: ObjectRef
  readonly strategy: RolloutStrategy
}

/** One port of a Service. */
export interface ServicePort {
  readonly name?: string
  readonly port: number
  /** Number or name of the container's port, where it is not that of the Service. */
  readonly targetPort?: number | string
  readonly isUdp?: true
}

/** One target group that can send to a pod. */
export interface Exposure {
  /** Identity of the target group: its stack or group, Service and port, or the hand-made TargetGroupBinding. */
  readonly id: string
  readonly service: ObjectRef
  /** The port of the Service that the target group serves; absent: unknown. */
  readonly port?: ServicePort
  readonly loadBalancer: Resolved<LoadBalancer>
  readonly targetType: Resolved<TargetType>
  readonly externalTrafficPolicy: TrafficPolicy
  readonly controller: AwsController
  /** ARN, where an object shows it. */
  readonly targetGroup?: string
  readonly evidence: Evidence
  /** Every path to the target group, in a stable order; never empty. */
  readonly because: readonly [Reason, ...Reason[]]
  /** Sentences for the user: what was assumed, and what to set to confirm it. */
  readonly assumptions: readonly string[]
  /** The Service publishes terminating pods as ready: nothing is deregistered in time. */
  readonly publishNotReadyAddresses: boolean
  /** The Service's selector names one Pod of a StatefulSet, by name or index: no other Pod can serve for it. */
  readonly selectsOnePod: boolean
  /** The target group has targets of other clusters, too: they serve while a Pod here is replaced. */
  readonly otherClusters: boolean
  /** Absent: new Pods are selected from the start. */
  readonly switchedBy?: Switcher
  /** Files have several variants of an object, and without this one no load balancer sends to the workload. */
  readonly variant?: ExposingVariant
}

/** One of several variants of an object in files. */
export interface ExposingVariant {
  readonly object: ObjectRef
  /** `file:line` of the variant that exposes. */
  readonly exposing: string
  /** `file:line` of one that does not. */
  readonly other: string
}

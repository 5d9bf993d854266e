import { type ObjectRef, refText } from './object-ref.ts'
import type { Candidate, Resolved } from './resolved.ts'
import type { Seconds } from './seconds.ts'

export type LoadBalancer = 'alb' | 'nlb' | 'classic'
export type TargetType = 'ip' | 'instance'
export type TrafficPolicy = 'Cluster' | 'Local'

/** Which controller makes the target group; decides the namespace's readiness-gate label. */
export type AwsController = 'lbc' | 'auto-mode'

/** One step of the way from a load balancer to a pod: an object, or what leads on from it (a rule, a listener). */
export type ReasonStep = { readonly object: ObjectRef; readonly port?: string } | { readonly via: string }

/** Why we believe in an exposure: a chain from the object that makes the load balancer to the Service. */
export type Reason = readonly ReasonStep[]

/** `Ingress shop/web → rule shop.example.com/cart → Service shop/cart:80`. */
export const reasonText = (reason: Reason): string => reason.map(stepText).join(' → ')

/** The chain down to the workload or Pod that stands behind the Service. */
export const reasonTo = (object: ObjectRef, reason: Reason): Reason => [...reason, { object }]

function stepText(step: ReasonStep): string {
  if ('via' in step) return step.via
  return step.port === undefined ? refText(step.object) : `${refText(step.object)}:${step.port}`
}

/** What objects say about a target group, each with its origin. Empty lists: nothing says it. */
export interface Evidence {
  readonly deregistrationDelay: readonly Candidate<Seconds>[]
  readonly idleTimeout: readonly Candidate<Seconds>[]
  readonly healthInterval: readonly Candidate<Seconds>[]
  readonly healthTimeout: readonly Candidate<Seconds>[]
  readonly unhealthyThreshold: readonly Candidate<number>[]
}

/** How far the load balancer of an exposure has come. */
export interface Progress {
  /** What clients can know it by: nothing yet, an address that came a moment ago, or one that may be in use. */
  readonly address: 'none' | 'new' | 'known'
  /** The controller's TargetGroupBinding is there: from now on its Pods get readiness gates. */
  readonly isBound: boolean
  /** A person or a tool made the TargetGroupBinding: the load balancer is not seen here. */
  readonly isMadeByHand: boolean
}

/** One target group that can send to a pod. */
export interface Exposure {
  /** Identity of the target group: its stack or group, Service and port, or the hand-made TargetGroupBinding. */
  readonly id: string
  readonly service: ObjectRef
  readonly loadBalancer: Resolved<LoadBalancer>
  readonly targetType: Resolved<TargetType>
  readonly externalTrafficPolicy: TrafficPolicy
  readonly controller: AwsController
  readonly evidence: Evidence
  /** Every way that leads here, in a stable order; never empty. */
  readonly because: readonly [Reason, ...Reason[]]
  /** Sentences a person should read: what was assumed here, and which line to set. */
  readonly assumptions: readonly string[]
  /** The Service publishes terminating pods as ready: nothing is deregistered in time. */
  readonly publishNotReadyAddresses: boolean
  /** The Service's selector names one pod of a StatefulSet: nobody else can serve for it. */
  readonly selectsOnePod: boolean
  /** The target group holds targets of other clusters too: they serve while a pod here is replaced. */
  readonly otherClusters: boolean
}

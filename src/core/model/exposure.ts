import { type ObjectRef, refText } from './object-ref.ts'
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

/** What objects declare about a target group, each value with its origin. Empty lists: nothing is declared. */
export interface Evidence {
  readonly deregistrationDelay: readonly Candidate<Seconds>[]
  readonly idleTimeout: readonly Candidate<Seconds>[]
  readonly healthInterval: readonly Candidate<Seconds>[]
  readonly healthTimeout: readonly Candidate<Seconds>[]
  readonly unhealthyThreshold: readonly Candidate<number>[]
  readonly healthyThreshold: readonly Candidate<number>[]
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
  /** Every path to the target group, in a stable order; never empty. */
  readonly because: readonly [Reason, ...Reason[]]
  /** Sentences for the user: what was assumed, and what to set to confirm it. */
  readonly assumptions: readonly string[]
  /** The Service publishes terminating pods as ready: nothing is deregistered in time. */
  readonly publishNotReadyAddresses: boolean
  /** The Service's selector names one Pod of a StatefulSet: no other Pod can serve for it. */
  readonly selectsOnePod: boolean
  /** The target group has targets of other clusters, too: they serve while a Pod here is replaced. */
  readonly otherClusters: boolean
}

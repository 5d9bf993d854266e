import type { ObjectRef } from './object-ref.ts'
import type { Candidate, Resolved } from './resolved.ts'
import type { Seconds } from './seconds.ts'

export type LoadBalancer = 'alb' | 'nlb' | 'classic'
export type TargetType = 'ip' | 'instance'
export type TrafficPolicy = 'Cluster' | 'Local'

/** Which controller makes the target group; decides the namespace's readiness-gate label. */
export type GroupController = 'lbc' | 'auto-mode'

/** One step of the way from a load balancer to a Service; `detail` is a rule, a port, a field. */
export interface ReasonStep {
  readonly object: ObjectRef
  readonly detail?: string
}

/** Why we believe in an exposure: `Ingress shop/web (shop.example.com/cart) → Service shop/cart (:80)`. */
export type Reason = readonly ReasonStep[]

/** What objects say about a target group, each with its origin. Empty lists: nothing says it. */
export interface Evidence {
  readonly deregistrationDelay: readonly Candidate<Seconds>[]
  readonly idleTimeout: readonly Candidate<Seconds>[]
  readonly healthInterval: readonly Candidate<Seconds>[]
  readonly healthTimeout: readonly Candidate<Seconds>[]
  readonly unhealthyThreshold: readonly Candidate<number>[]
}

/** One target group that can send to a pod. */
export interface Exposure {
  /** Identity of the target group: its stack or group, Service and port, or the hand-made TargetGroupBinding. */
  readonly id: string
  readonly service: ObjectRef
  readonly loadBalancer: Resolved<LoadBalancer>
  readonly targetType: Resolved<TargetType>
  readonly externalTrafficPolicy: TrafficPolicy
  readonly controller: GroupController
  readonly evidence: Evidence
  /** Every way that leads here, in a stable order; never empty. */
  readonly because: readonly [Reason, ...Reason[]]
  /** Sentences a person should read: what was assumed here, and which line would settle it. */
  readonly assumptions: readonly string[]
  /** The Service publishes terminating pods as ready: nothing is deregistered in time. */
  readonly publishNotReadyAddresses: boolean
  /** The Service's selector names one pod of a StatefulSet: nobody else can serve for it. */
  readonly selectsOnePod: boolean
}

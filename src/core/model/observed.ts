/**
 * What was measured of load balancers, and what AWS says of them: evidence of rank `observed`. It is kept in one
 * ConfigMap, `slackwater-observed` (docs/measure.md, docs/aws.md), under two keys with one writer each.
 */

/**
 * Times that were seen, in seconds with decimals; never empty. `max` of `lastRequest` and `propagation` is an estimate of
 * the truth, at least what was seen: the last request comes before a load-balancer node stops (core/measurement/estimate.ts).
 */
export interface Sample {
  /** How many departures it is from. */
  readonly n: number
  readonly median: number
  /** 95 of 100 were at most this. */
  readonly p95: number
  readonly max: number
}

/** What access logs showed of one target group, or of all target groups of one load balancer together. */
export interface Measured {
  /** As access logs name it, and as an ARN ends: `app/my-alb/50dc6c495c0c9188`. */
  readonly loadBalancer: string
  /** ARN; absent: all target groups of the load balancer. */
  readonly targetGroup?: string
  /** The first and the last departure. Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** From the deletion of a Pod until the last request reached its target: C + P. */
  readonly lastRequest?: Sample
  /** From the end of the DeregisterTargets call until the last request reached the target: P. */
  readonly propagation?: Sample
  /** From the deletion of a Pod until the DeregisterTargets call had returned: C. */
  readonly controller?: Sample
}

/** Every measurement that a cluster knows. */
export interface Measurements {
  /** Milliseconds since 1970. */
  readonly measured: number
  /** The program and its version: `slackwater measure 1.2.3`. */
  readonly by: string
  readonly entries: readonly Measured[]
}

/** What AWS says of a target group (DescribeTargetGroups, DescribeTargetGroupAttributes). */
export interface WitnessedTargetGroup {
  /** ARN. */
  readonly targetGroup: string
  /** ARNs; empty: no load balancer sends to it. */
  readonly loadBalancers: readonly string[]
  readonly targetType: string
  /** `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `GENEVE`. */
  readonly protocol: string
  /** By AWS's keys, such as `deregistration_delay.timeout_seconds`; only those that Slackwater reads. */
  readonly attributes: Readonly<Record<string, string>>
}

/** What AWS says of a load balancer (DescribeLoadBalancers, DescribeLoadBalancerAttributes). */
export interface WitnessedLoadBalancer {
  /** ARN. */
  readonly loadBalancer: string
  /** `application`, `network`, `gateway`. */
  readonly type: string
  /** Its address, in lower case. */
  readonly address: string
  /** By AWS's keys, such as `idle_timeout.timeout_seconds`; only those that Slackwater reads. */
  readonly attributes: Readonly<Record<string, string>>
}

/** The last complete answer of AWS. */
export interface Witness {
  /** When it was asked. Milliseconds since 1970. */
  readonly asked: number
  readonly targetGroups: readonly WitnessedTargetGroup[]
  readonly loadBalancers: readonly WitnessedLoadBalancer[]
}

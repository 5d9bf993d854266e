import type { Range } from './attributes.ts'

/** What ELB accepts as the value of an attribute. */
export type Accepted =
  | { readonly kind: 'flag' }
  | { readonly kind: 'text' }
  | { readonly kind: 'one of'; readonly values: readonly string[] }
  /** `also`: words, or a number outside of the range. */
  | { readonly kind: 'count'; readonly range: Range; readonly also?: string }

export interface KnownAttribute {
  readonly accepts: Accepted
  /** Absent: an ALB and an NLB alike. */
  readonly only?: 'alb' | 'nlb'
}

const FLAG: Accepted = { kind: 'flag' }
const TEXT: Accepted = { kind: 'text' }
const oneOf = (...values: readonly string[]): Accepted => ({ kind: 'one of', values })
const count = (least: number, most: number, also?: string): Accepted => ({
  kind: 'count',
  range: { least, most },
  ...(also === undefined ? {} : { also }),
})
const both = (accepts: Accepted): KnownAttribute => ({ accepts })
const alb = (accepts: Accepted): KnownAttribute => ({ accepts, only: 'alb' })
const nlb = (accepts: Accepted): KnownAttribute => ({ accepts, only: 'nlb' })

/** A week in seconds: the most that ELB keeps a cookie or a client's connection. */
const WEEK = 604_800

/** Any number of targets: ELB takes up to as many as a target group may have, a quota that can be raised. */
const MANY = 999_999_999

export type AttributeTable = ReadonlyMap<string, KnownAttribute>

/** ELB API reference, TargetGroupAttribute, without what only Lambda targets and Gateway Load Balancers have. */
export const TARGET_GROUP_ATTRIBUTES: AttributeTable = new Map([
  ['deregistration_delay.timeout_seconds', both(count(0, 3600))],
  ['stickiness.enabled', both(FLAG)],
  ['stickiness.type', both(oneOf('lb_cookie', 'app_cookie', 'source_ip'))],
  ['load_balancing.cross_zone.enabled', both(oneOf('true', 'false', 'use_load_balancer_configuration'))],
  ['target_group_health.dns_failover.minimum_healthy_targets.count', both(count(1, MANY, 'off'))],
  ['target_group_health.dns_failover.minimum_healthy_targets.percentage', both(count(1, 100, 'off'))],
  ['target_group_health.unhealthy_state_routing.minimum_healthy_targets.count', both(count(1, MANY))],
  [
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
    both(count(1, 100, 'off')),
  ],
  [
    'load_balancing.algorithm.type',
    alb(oneOf('round_robin', 'least_outstanding_requests', 'weighted_random')),
  ],
  ['load_balancing.algorithm.anomaly_mitigation', alb(oneOf('on', 'off'))],
  ['slow_start.duration_seconds', alb(count(30, 900, '0'))],
  ['stickiness.app_cookie.cookie_name', alb(TEXT)],
  ['stickiness.app_cookie.duration_seconds', alb(count(1, WEEK))],
  ['stickiness.lb_cookie.duration_seconds', alb(count(1, WEEK))],
  ['deregistration_delay.connection_termination.enabled', nlb(FLAG)],
  ['preserve_client_ip.enabled', nlb(FLAG)],
  ['proxy_protocol_v2.enabled', nlb(FLAG)],
  ['target_health_state.unhealthy.connection_termination.enabled', nlb(FLAG)],
  ['target_health_state.unhealthy.draining_interval_seconds', nlb(count(0, 360_000))],
])

/** ELB API reference, LoadBalancerAttribute. */
export const LOAD_BALANCER_ATTRIBUTES: AttributeTable = new Map([
  ['deletion_protection.enabled', both(FLAG)],
  ['load_balancing.cross_zone.enabled', both(FLAG)],
  ['access_logs.s3.enabled', both(FLAG)],
  ['access_logs.s3.bucket', both(TEXT)],
  ['access_logs.s3.prefix', both(TEXT)],
  ['ipv6.deny_all_igw_traffic', both(FLAG)],
  ['zonal_shift.config.enabled', both(FLAG)],
  ['idle_timeout.timeout_seconds', alb(count(1, 4000))],
  ['client_keep_alive.seconds', alb(count(60, WEEK))],
  ['connection_logs.s3.enabled', alb(FLAG)],
  ['connection_logs.s3.bucket', alb(TEXT)],
  ['connection_logs.s3.prefix', alb(TEXT)],
  ['health_check_logs.s3.enabled', alb(FLAG)],
  ['health_check_logs.s3.bucket', alb(TEXT)],
  ['health_check_logs.s3.prefix', alb(TEXT)],
  ['routing.http.desync_mitigation_mode', alb(oneOf('monitor', 'defensive', 'strictest'))],
  ['routing.http.drop_invalid_header_fields.enabled', alb(FLAG)],
  ['routing.http.preserve_host_header.enabled', alb(FLAG)],
  ['routing.http.x_amzn_tls_version_and_cipher_suite.enabled', alb(FLAG)],
  ['routing.http.xff_client_port.enabled', alb(FLAG)],
  ['routing.http.xff_header_processing.mode', alb(oneOf('append', 'preserve', 'remove'))],
  ['routing.http2.enabled', alb(FLAG)],
  ['waf.fail_open.enabled', alb(FLAG)],
  [
    'dns_record.client_routing_policy',
    nlb(oneOf('availability_zone_affinity', 'partial_availability_zone_affinity', 'any_availability_zone')),
  ],
  ['secondary_ips.auto_assigned.per_subnet', nlb(count(0, 7))],
])

/** Those of a listener that are met in the other lists (ELB API reference, ListenerAttribute). */
export const LISTENER_ATTRIBUTES: ReadonlySet<string> = new Set(['tcp.idle_timeout.seconds'])

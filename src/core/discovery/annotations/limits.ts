import type { Attribute, Range } from './attributes.ts'

/** What AWS accepts (ELB API reference: TargetGroupAttribute, LoadBalancerAttribute, CreateTargetGroup). */
export const DEREGISTRATION_DELAY: Attribute = {
  name: 'deregistration_delay.timeout_seconds',
  range: { least: 0, most: 3600 },
}
/** `true` or `false`. */
export const CONNECTION_TERMINATION = 'deregistration_delay.connection_termination.enabled'
/** `true` or `false`; of a target group also `use_load_balancer_configuration`. */
export const CROSS_ZONE = 'load_balancing.cross_zone.enabled'
export const ALB_IDLE_TIMEOUT: Attribute = {
  name: 'idle_timeout.timeout_seconds',
  range: { least: 1, most: 4000 },
}
export const NLB_IDLE_TIMEOUT: Attribute = {
  name: 'tcp.idle_timeout.seconds',
  range: { least: 60, most: 6000 },
}
/** Of a Classic Load Balancer (ELB user guide: configure the idle connection timeout). */
export const CLASSIC_IDLE_TIMEOUT: Range = { least: 1, most: 4000 }
export const HEALTH_INTERVAL: Range = { least: 5, most: 300 }
export const HEALTH_TIMEOUT: Range = { least: 2, most: 120 }
export const UNHEALTHY_THRESHOLD: Range = { least: 2, most: 10 }
export const HEALTHY_THRESHOLD: Range = { least: 2, most: 10 }

/**
 * Limits on how much of an object is read. No object may cost more than its size, so wherever one count multiplies
 * another there is a limit. What exceeds it counts as unknown and is reported (docs/discovery.md).
 *
 * Characters of one annotation. The longest meaningful ones are an action and a list of attributes. For an action, ELB
 * accepts 5 target groups, 5 conditions and a fixed response of 1,024 characters (ELB API reference:
 * ForwardActionConfig, FixedResponseActionConfig); a list has some 30 attributes of at most 1,024 characters each. The
 * limit is several times what either takes up in practice.
 */
export const LONGEST_VALUE = 16_384

/**
 * Target groups of one action. ELB accepts 5 (Application Load Balancer quotas); the rest is room for a raised quota.
 */
export const MOST_TARGET_GROUPS = 20

/** Listeners of one Gateway or ListenerSet: what the Gateway API allows (gateway.networking.k8s.io, GatewaySpec.listeners). */
export const MOST_LISTENERS = 64

/**
 * Ports that the listeners of one namespace add to one load balancer. It has one listener per port, whatever the
 * hostnames. ELB accepts 50 in all (quotas of Application and of Network Load Balancers); the rest is room for a raised
 * quota.
 */
export const MOST_PORTS = 200

/** Parents of one route: what the Gateway API allows (gateway.networking.k8s.io, CommonRouteSpec.parentRefs). */
export const MOST_PARENTS = 32

/**
 * Listener checks at one NLB for all routes of one namespace, to find the oldest route at each port: one check per
 * listener that a route's parentRefs match, plus one per hostname of the route there. As many as 10 routes on each of
 * the 50 listeners that ELB accepts need, each at as many ports as are read.
 */
export const MOST_QUESTIONS = 10 * 50 * MOST_PORTS

/** Target groups that one object creates for one Service: four times the listeners that ELB accepts. */
export const MOST_CLAIMS = 200

/**
 * Target groups that are evaluated for one Pod. A target can be registered 100 times with one ALB (Application Load
 * Balancer quotas): this is enough for five ALBs at that quota.
 */
export const MOST_EXPOSURES = 500

/** Objects in its own namespace that refer to one Service: as many as target groups for one Pod. */
export const MOST_REFERRERS = MOST_EXPOSURES

/**
 * Objects that are read, plus the claims that they make, for one Service and for one Pod, before claims about the same
 * target group are merged: twice the target groups that are evaluated. Objects of other namespaces have the same limit
 * again, in equal shares.
 */
export const MOST_SAID = 2 * MOST_EXPOSURES

/** Services of a namespace with the same label in their selectors: as many as target groups for one Pod. */
export const MOST_SERVICES = MOST_EXPOSURES

/** Paths to one target group that are shown: as many as an ALB has rules (Application Load Balancer quotas: 100). */
export const MOST_REASONS = 100

/** Contradicting values of a term that are shown. A choice. */
export const MOST_ALTERNATIVES = 20

/** Notices about one workload or one Service. A choice: users do not read more. */
export const MOST_NOTICES = 50

/** Characters of a quoted text in a message. A choice. */
export const LONGEST_QUOTE = 120

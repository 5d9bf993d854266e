import type { Attribute, Range } from './attributes.ts'

/** What AWS accepts (ELB API reference: TargetGroupAttribute, LoadBalancerAttribute, CreateTargetGroup). */
export const DEREGISTRATION_DELAY: Attribute = {
  name: 'deregistration_delay.timeout_seconds',
  range: { least: 0, most: 3600 },
}
export const ALB_IDLE_TIMEOUT: Attribute = {
  name: 'idle_timeout.timeout_seconds',
  range: { least: 1, most: 4000 },
}
export const NLB_IDLE_TIMEOUT: Attribute = {
  name: 'tcp.idle_timeout.seconds',
  range: { least: 60, most: 6000 },
}
export const HEALTH_INTERVAL: Range = { least: 5, most: 300 }
export const HEALTH_TIMEOUT: Range = { least: 2, most: 120 }
export const UNHEALTHY_THRESHOLD: Range = { least: 2, most: 10 }

/**
 * How much of what people write is read. Nobody's object may cost more than its size, so wherever one thing multiplies
 * another there is a bound, and what is over it counts as unknown, and is said (docs/discovery.md).
 *
 * Characters of one annotation. The longest that means something is an action: ELB takes 5 target groups, 5 conditions
 * and a fixed response of 1,024 characters (ELB API reference: ForwardActionConfig, FixedResponseActionConfig), and some
 * 30 attributes of at most 1,024 each. Several times what either takes up in practice.
 */
export const LONGEST_VALUE = 16_384

/** Target groups of one action. ELB takes 5 (Application Load Balancer quotas); room for a quota that is raised. */
export const MOST_TARGET_GROUPS = 20

/** Listeners of one Gateway or ListenerSet: what the Gateway API allows (gateway.networking.k8s.io, GatewaySpec.listeners). */
export const MOST_LISTENERS = 64

/**
 * Ports that the listeners of one namespace bring to one load balancer, which has one listener on each, whatever the
 * hostnames there. ELB takes 50 in all (quotas of Application and of Network Load Balancers); room for a quota that is raised.
 */
export const MOST_PORTS = 200

/** Parents of one route: what the Gateway API allows (gateway.networking.k8s.io, CommonRouteSpec.parentRefs). */
export const MOST_PARENTS = 32

/**
 * Questions to the listeners of one NLB, for all routes of one namespace, until it is known which is the oldest at each
 * port: each listener that a route means is one, and each of its hostnames there another. As many as 10 routes for each
 * of the 50 listeners that ELB takes ask, each at as many ports as are read.
 */
export const MOST_QUESTIONS = 10 * 50 * MOST_PORTS

/** Target groups that one object makes of one Service: four times the listeners that ELB takes. */
export const MOST_CLAIMS = 200

/**
 * Target groups that are weighed for one pod. A target can be registered with an ALB 100 times (Application Load Balancer
 * quotas): as often as with five of them, each full of it.
 */
export const MOST_EXPOSURES = 500

/** Objects of its namespace that refer to one Service: each makes a target group of it, or none. */
export const MOST_REFERRERS = MOST_EXPOSURES

/**
 * Objects that are asked about their target groups and what they say of them, counted together, for one Service and for
 * one pod, before it is known which of it is about the same one: twice the target groups that are weighed. Objects of
 * other namespaces have as much again, in equal parts.
 */
export const MOST_SAID = 2 * MOST_EXPOSURES

/** Services of a namespace with the same label in their selectors: as many as there may be target groups for one pod. */
export const MOST_SERVICES = MOST_EXPOSURES

/** Ways that lead to one target group, and are shown: the rules of an ALB (Application Load Balancer quotas: 100). */
export const MOST_REASONS = 100

/** Values of a term that contradict each other, and are shown. A choice. */
export const MOST_ALTERNATIVES = 20

/** Notices about one workload or one Service. A choice: more are read by nobody. */
export const MOST_NOTICES = 50

/** Characters of somebody's text in a sentence. A choice. */
export const LONGEST_QUOTE = 120

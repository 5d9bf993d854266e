import type { Exposure } from '../model/exposure.ts'
import { gateCheckOf } from '../model/gate-check.ts'
import { longer, type Seconds, seconds } from '../model/seconds.ts'

/**
 * Until the controller has registered the target, and has looked at its health again: it does so every 15 s (LBC
 * pkg/targetgroupbinding/resource_manager.go), and may have other target groups to serve first. Seconds. A choice.
 */
const AROUND_CHECKS = 60

/** How many times the needed time a gate may take before it counts as stuck. A choice. */
const PATIENCE = 2

/** What ELB gives as the reason while it takes a target up: no health check has failed yet (ELB API, TargetHealth). */
const BEING_TAKEN_UP: readonly unknown[] = ['Elb.RegistrationInProgress', 'Elb.InitialHealthChecking']

/** How long a new load balancer may take for that: up to five minutes were seen with an NLB (LBC issue 1786). Seconds. */
const REGISTRATION = 300

/**
 * How long the readiness gates of a Pod may take after its containers are ready: twice what the slowest health check of
 * its target groups needs, and twice a registration while that is going on. Undefined: no target group is known for
 * which it could have a gate.
 * @param reason the controller's, in the gate's condition.
 */
export function gateLimit(exposures: readonly Exposure[], reason?: string): Seconds | undefined {
  const limits = exposures.flatMap(limitOf)
  if (limits.length === 0) return undefined
  const registration = BEING_TAKEN_UP.includes(reason) ? REGISTRATION : 0
  return [...limits, seconds(PATIENCE * registration)].reduce(longer)
}

function limitOf(exposure: Exposure): readonly Seconds[] {
  const check = gateCheckOf(exposure)
  if (check === undefined) return []
  const { interval, healthy, timeout } = check
  return [seconds(PATIENCE * (interval * healthy + timeout + AROUND_CHECKS))]
}

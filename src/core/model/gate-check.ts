import type { Exposure } from './exposure.ts'
import { type Seconds, seconds } from './seconds.ts'

/**
 * Health checks that LBC asks for where nothing is written (pkg/ingress and pkg/service, model_build_target_group.go):
 * seconds between two checks, how many have to pass, and how long one may take.
 */
const DEFAULTS = {
  alb: { interval: seconds(15), healthy: 2, timeout: seconds(5) },
  nlb: { interval: seconds(10), healthy: 3, timeout: seconds(10) },
} as const

/** The health check that a readiness gate waits for. */
interface GateCheck {
  readonly loadBalancer: 'alb' | 'nlb'
  readonly interval: Seconds
  readonly healthy: number
  readonly timeout: Seconds
}

/** Undefined: there is no gate for it, since only ip targets of an ALB or NLB have one. */
export function gateCheckOf({ loadBalancer, targetType, evidence }: Exposure): GateCheck | undefined {
  if (targetType.value !== 'ip' || loadBalancer.value === 'classic') return undefined
  const defaults = DEFAULTS[loadBalancer.value]
  return {
    loadBalancer: loadBalancer.value,
    interval: evidence.healthInterval[0]?.value ?? defaults.interval,
    healthy: evidence.healthyThreshold[0]?.value ?? defaults.healthy,
    timeout: evidence.healthTimeout[0]?.value ?? defaults.timeout,
  }
}

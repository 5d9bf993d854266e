import { seconds } from './seconds.ts'

/**
 * Health checks that LBC asks for where nothing is written (pkg/ingress and pkg/service, model_build_target_group.go):
 * seconds between two checks, how many have to pass, and how long one may take.
 */
export const HEALTH_CHECK_DEFAULTS = {
  alb: { interval: seconds(15), healthy: 2, timeout: seconds(5) },
  nlb: { interval: seconds(10), healthy: 3, timeout: seconds(10) },
} as const

import type { Range } from './attributes.ts'
import type { Attribute } from './written.ts'

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

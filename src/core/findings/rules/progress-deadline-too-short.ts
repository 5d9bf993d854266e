import type { Exposure } from '../../model/exposure.ts'
import { add, longer, longest, type Seconds, seconds } from '../../model/seconds.ts'
import type { Rule } from '../rule.ts'

/** Kubernetes' default of progressDeadlineSeconds (apps/v1 DeploymentSpec). */
const DEFAULT_DEADLINE = seconds(600)

/**
 * Health checks that LBC asks for where nothing is written (pkg/ingress and pkg/service, model_build_target_group.go),
 * and how long a target is being registered: with an ALB no time is known, with an NLB up to 180 s (LBC issue 1834).
 */
const DEFAULTS = {
  alb: { interval: seconds(15), healthy: 2, registration: seconds(0) },
  nlb: { interval: seconds(10), healthy: 3, registration: seconds(180) },
} as const

/** A gate that is not met is looked at again after this time (LBC pkg/targetgroupbinding/resource_manager.go). */
const POLL = seconds(15)

/** A rollout is given up before one new pod can have passed its gate. */
export const progressDeadlineTooShort: Rule = {
  id: 'progress-deadline-too-short',
  check: ({ workload, exposures }) => {
    if (workload?.replacement.kind !== 'rolling') return []
    const deadline = workload.progressDeadline ?? DEFAULT_DEADLINE
    const gates = exposures.map(gateOf).sort((a, b) => b.time - a.time)
    const needed = add(longest(gates.map(({ time }) => time)), workload.minReadySeconds)
    if (deadline > needed) return []
    const parts = [
      ...gates.slice(0, 1).flatMap(({ parts }) => parts),
      ...(workload.minReadySeconds > 0 ? [`minReadySeconds ${workload.minReadySeconds}`] : []),
    ]
    return [
      {
        message: `progressDeadlineSeconds ${deadline}: a new pod may need ${needed} s (${parts.join(' + ')})`,
      },
    ]
  },
}

interface Gate {
  readonly time: Seconds
  /** What the time consists of. */
  readonly parts: readonly string[]
}

const NO_GATE: Gate = { time: seconds(0), parts: [] }

/** How long a gate may hold a new pod back. A target is checked while it is being registered: the longer one counts. */
function gateOf({ loadBalancer, targetType, evidence }: Exposure): Gate {
  if (loadBalancer.value === 'classic' || targetType.value !== 'ip') return NO_GATE
  const defaults = DEFAULTS[loadBalancer.value]
  const interval = evidence.healthInterval[0]?.value ?? defaults.interval
  const healthy = evidence.healthyThreshold[0]?.value ?? defaults.healthy
  const checks = seconds(interval * healthy)
  const time = add(longer(checks, defaults.registration), POLL)
  const what =
    checks < defaults.registration
      ? `registration ${defaults.registration} s`
      : `${healthy} health checks every ${interval} s`
  return { time, parts: [what, `${POLL} s until the gate is set`] }
}

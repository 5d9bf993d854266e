import type { Exposure } from '../../model/exposure.ts'
import { longest, type Seconds, seconds } from '../../model/seconds.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** Kubernetes' default of progressDeadlineSeconds (apps/v1 DeploymentSpec). */
const DEFAULT_DEADLINE = seconds(600)

/**
 * How long a gate may hold a new pod back. ALB: health check interval 15 s × healthy threshold 2, plus the
 * controller's poll of 15 s (LBC). NLB: registration takes 90 to 180 s (LBC issue 1834), plus the poll.
 */
const GATE: Readonly<Record<string, Seconds>> = { alb: seconds(45), nlb: seconds(195) }

const gateTime = ({ loadBalancer, targetType }: Exposure): Seconds =>
  targetType.value === 'ip' ? (GATE[loadBalancer.value] ?? seconds(0)) : seconds(0)

/** A rollout is given up before one new pod can have passed its gate. */
export const progressDeadlineTooShort: Rule = {
  id: 'progress-deadline-too-short',
  check: ({ workload, exposures }) => {
    if (workload?.replacement.kind !== 'rolling') return []
    const deadline = workload.progressDeadline ?? DEFAULT_DEADLINE
    const needed = longest(exposures.map(gateTime)) + workload.minReadySeconds
    return remarkIf(
      deadline <= needed,
      () => `progressDeadlineSeconds ${deadline}: a new pod may need ${needed} s`,
    )
  },
}

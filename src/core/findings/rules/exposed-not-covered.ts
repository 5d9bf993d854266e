import { endsServerBy, knownLength } from '../../injection/hooks.ts'
import type { LoadBalancer } from '../../model/exposure.ts'
import { DEFAULT_GRACE, type PreStop } from '../../model/workload.ts'
import type { Rule, Situation } from '../rule.ts'

const BALANCER: Readonly<Record<LoadBalancer, string>> = {
  alb: 'ALB',
  nlb: 'NLB',
  classic: 'classic load balancer',
}

/**
 * A load balancer sends to a DaemonSet or a Job, and Slackwater leaves its kind alone: only its own hooks protect it. The
 * Pods of a Job end when its work is done, and no hook runs then.
 */
export const exposedNotCovered: Rule = {
  id: 'exposed-not-covered',
  check: (situation) => {
    const { leftAlone, budget } = situation
    if (leftAlone === undefined) return []
    const { kind, setting } = leftAlone
    const { loadBalancer, service } = budget.decidedBy.exposure
    const sender = `the ${BALANCER[loadBalancer.value]} of ${service.name} sends to it`
    if (setting === undefined)
      return [{ message: `${sender}: pods of a ${kind} end on their own: serve from a Deployment` }]
    if (isCoveredByItself(situation)) return []
    return [
      {
        message: `${sender}, Slackwater leaves ${kind}s alone: set ${setting}: true, or a preStop sleep of ${budget.sleep} s and a grace period of ${budget.grace} s`,
      },
    ]
  },
}

/** Each container has a hook that is long enough, or of unknown length, and the grace period outlasts the sleep. */
const isCoveredByItself = ({ template, budget }: Situation): boolean =>
  template.containers.every(({ preStop }) => preStop !== undefined && holdsFor(preStop, budget.sleep)) &&
  (template.grace ?? DEFAULT_GRACE) > budget.sleep

function holdsFor(preStop: PreStop, needed: number): boolean {
  const length = knownLength(preStop)
  return length === undefined ? endsServerBy(preStop) === undefined : length >= needed
}

import { sleepOf } from '../../budget/budget.ts'
import { endsServerBy, knownLength } from '../../injection/hooks.ts'
import type { LoadBalancer } from '../../model/exposure.ts'
import { DEFAULT_GRACE, type PreStop } from '../../model/workload.ts'
import { type HookFix, hookOfLength, hooksPaste, sleepingHook } from '../hook-paste.ts'
import { pasteOf, type Rule, type Situation } from '../rule.ts'

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
      return [
        {
          message: `${sender}: pods of a ${kind} end on their own: serve from a Deployment`,
          brief: `Service ${service.name} sends to pods of a ${kind}`,
          action: 'serve from a Deployment',
        },
      ]
    if (isCoveredByItself(situation)) return []
    return [
      {
        message: `${sender}, Slackwater leaves ${kind}s alone: set ${setting}: true, or a preStop sleep of ${budget.sleep} s and a grace period of ${budget.grace} s`,
        brief: `Service ${service.name} sends to a ${kind}`,
        action: `set ${setting}: true, or sleep ${budget.sleep} s`,
        ...pasteOf(ownHooks(situation)),
      },
    ]
  },
}

/** The hooks that its containers lack; undefined where one of them has a hook that only its author can change. */
function ownHooks(situation: Situation): string | undefined {
  const { template, budget } = situation
  const short = template.containers.filter(
    ({ preStop }) => preStop === undefined || !holdsFor(preStop, budget.sleep),
  )
  const fixes = short.flatMap(({ name, preStop }): readonly HookFix[] => {
    const needed = sleepOf(budget, name)
    const hook =
      preStop === undefined ? sleepingHook(needed, situation.hookForm) : hookOfLength(preStop, needed)
    return hook === undefined ? [] : [{ container: name, preStop: hook }]
  })
  return fixes.length < short.length ? undefined : hooksPaste(situation, fixes)
}

/** Each container has a hook that is long enough, or of unknown length, and the grace period outlasts the sleep. */
const isCoveredByItself = ({ template, budget }: Situation): boolean =>
  template.containers.every(({ preStop }) => preStop !== undefined && holdsFor(preStop, budget.sleep)) &&
  (template.grace ?? DEFAULT_GRACE) > budget.sleep

function holdsFor(preStop: PreStop, needed: number): boolean {
  const length = knownLength(preStop)
  return length === undefined ? endsServerBy(preStop) === undefined : length >= needed
}

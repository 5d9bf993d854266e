import { AUTOSCALER_LIMIT, SHUTDOWN_FLOOR, SPOT_NOTICE } from '../../budget/caps.ts'
import { longestKnownHook } from '../../injection/hooks.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import type { Remark, Rule } from '../rule.ts'

/**
 * What a node may be given: Spot's notice of 120 s (a warning where the template itself asks for Spot), and
 * cluster-autoscaler's 600 s. Karpenter's NodePool terminationGracePeriod is set per pool and not seen here.
 */
export const graceAboveLimit: Rule = {
  id: 'grace-above-limit',
  check: ({ template, budget }) => {
    const grace = template.grace ?? DEFAULT_GRACE
    const remarks: Remark[] = []
    const hook = longestKnownHook(template)
    const needed = hook + Math.min(budget.shutdownTime, SHUTDOWN_FLOOR)
    if (hook > 0 && needed > SPOT_NOTICE)
      remarks.push({
        about: 'spot',
        message: `${needed} s from preStop to exit exceed the ${SPOT_NOTICE} s that a Spot notice leaves`,
        severity: template.spot ? 'warning' : 'information',
      })
    if (grace > AUTOSCALER_LIMIT)
      remarks.push({
        about: 'autoscaler',
        message: `grace period ${grace} s exceeds cluster-autoscaler’s ${AUTOSCALER_LIMIT} s`,
        severity: 'warning',
      })
    return remarks
  },
}

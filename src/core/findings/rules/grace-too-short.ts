import { longestKnownHook } from '../../injection/hooks.ts'
import { DEFAULT_GRACE } from '../../model/workload.ts'
import { type Rule, remarkIf } from '../rule.ts'

/**
 * The grace period runs while the hook does. Where it ends with the hook or before, the application gets the
 * kubelet's two seconds; where an explicit shutdown time is longer than the rest, it is cut.
 */
export const graceTooShort: Rule = {
  id: 'grace-too-short',
  check: ({ template, budget }) => {
    const grace = template.grace ?? DEFAULT_GRACE
    const hook = longestKnownHook(template)
    const needed = budget.shutdown.origin.rank === 'explicit' ? budget.shutdown.value : 1
    const left = Math.max(0, grace - hook)
    return remarkIf(
      left < needed && (hook > 0 || needed > 1),
      () => `grace period ${grace} s leaves ${left} s after a preStop of ${hook} s`,
    )
  },
}

import { withoutHook } from '../../injection/hooks.ts'
import { listNames, type Rule, remarkIf } from '../rule.ts'

/** A container without a preStop hook ends at once, while the load balancer still sends to it. */
export const prestopMissing: Rule = {
  id: 'prestop-missing',
  check: ({ template, budget, outage }) => {
    const names = withoutHook(template).map(({ name }) => name)
    const missing = names.length > 0 && budget.sleep > 0 && outage === undefined
    return remarkIf(missing, () => `no preStop hook on ${listNames(names)}: it needs ${budget.sleep} s`)
  },
}

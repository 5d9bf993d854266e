import { sleepOf } from '../../budget/budget.ts'
import { needText } from '../../budget/said.ts'
import { withoutHook } from '../../injection/hooks.ts'
import { listNames, type Rule } from '../rule.ts'

/** A container without a preStop hook ends at once, while the load balancer still sends to it. */
export const prestopMissing: Rule = {
  id: 'prestop-missing',
  check: ({ template, budget, outage }) => {
    if (budget.sleep === 0 || outage !== undefined) return []
    const names = withoutHook(template).map(({ name }) => name)
    // The proxy of an application that drains by itself needs more than the others.
    const lengths = [...new Set(names.map((name) => sleepOf(budget, name)))]
    return lengths.map((length) => {
      const alike = names.filter((name) => sleepOf(budget, name) === length)
      return {
        about: `${length} s`,
        message: `no preStop hook on ${listNames(alike)}: ${needText(budget, length)}`,
      }
    })
  },
}

import { sleepOf } from '../../budget/budget.ts'
import { needText } from '../../budget/said.ts'
import { withoutHook } from '../../injection/hooks.ts'
import { hooksPaste, sleepingHook } from '../hook-paste.ts'
import { listNames, type Rule } from '../rule.ts'

/** A container without a preStop hook ends at once, while the load balancer still sends to it. */
export const prestopMissing: Rule = {
  id: 'prestop-missing',
  check: (situation) => {
    const { template, budget, outage } = situation
    if (budget.sleep === 0 || outage !== undefined) return []
    const names = withoutHook(template).map(({ name }) => name)
    // The proxy of an application that drains by itself needs more than the others.
    const lengths = [...new Set(names.map((name) => sleepOf(budget, name)))]
    return lengths.map((length) => {
      const alike = names.filter((name) => sleepOf(budget, name) === length)
      const preStop = sleepingHook(length, situation.hookForm)
      const fixes = alike.map((container) => ({ container, preStop }))
      return {
        about: `${length} s`,
        brief: `no preStop hook on ${alike.length > 1 ? `${alike.length} containers` : alike[0]}, needs ${length} s`,
        action: `add a sleep of ${length} s`,
        paste: hooksPaste(situation, fixes),
        message: `no preStop hook on ${listNames(alike)}: ${needText(budget, length)}`,
      }
    })
  },
}

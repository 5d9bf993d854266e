import { sleepOf } from '../../budget/budget.ts'
import { knownLength } from '../../injection/hooks.ts'
import type { Rule } from '../rule.ts'

/** A hook that sleeps longer than the budget asks: safe, and paid for in every rollout and drain. */
export const sleepLongerThanNeeded: Rule = {
  id: 'sleep-longer-than-needed',
  check: ({ template, budget }) =>
    template.containers.flatMap(({ name, preStop }) => {
      const length = preStop === undefined ? undefined : knownLength(preStop)
      const needed = sleepOf(budget, name)
      if (length === undefined || length <= needed || budget.sleep === 0) return []
      return [{ about: name, message: `preStop of ${name} sleeps ${length} s, ${needed} s is enough` }]
    }),
}

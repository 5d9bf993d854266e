import { sleepOf } from '../../budget/budget.ts'
import { knownLength } from '../../injection/hooks.ts'
import { add, longer, seconds } from '../../model/seconds.ts'
import type { Rule } from '../rule.ts'

/** Our choice: people round a sleep up, and ten seconds of a drain are not worth a change of the template. */
const TOLERANCE = seconds(10)

/** A hook that sleeps longer than the budget asks: safe, and paid for in every rollout and drain. */
export const sleepLongerThanNeeded: Rule = {
  id: 'sleep-longer-than-needed',
  check: ({ template, budget }) =>
    template.containers.flatMap(({ name, preStop }) => {
      const length = preStop === undefined ? undefined : knownLength(preStop)
      // Where a limit cut the sleep, it is no longer than needed.
      const needed = longer(sleepOf(budget, name), budget.needed.sleep)
      if (length === undefined || length <= add(needed, TOLERANCE) || budget.sleep === 0) return []
      return [{ about: name, message: `preStop of ${name} sleeps ${length} s, ${needed} s is enough` }]
    }),
}

import { sleepOf } from '../../budget/budget.ts'
import { needText } from '../../budget/said.ts'
import { knownLength } from '../../injection/hooks.ts'
import type { Rule } from '../rule.ts'

/**
 * A hook of known length ends before the load balancer has stopped sending. The proxy of an application that drains by
 * itself needs more than that: sidecar-dies-first says how much.
 */
export const prestopTooShort: Rule = {
  id: 'prestop-too-short',
  check: ({ template, budget, outage }) =>
    template.containers.flatMap(({ name, preStop }) => {
      const length = preStop === undefined ? undefined : knownLength(preStop)
      if (length === undefined || length >= budget.sleep || outage !== undefined) return []
      if (sleepOf(budget, name) > budget.sleep) return []
      return [{ about: name, message: `preStop of ${name} sleeps ${length} s, ${needText(budget)}` }]
    }),
}

import { sleepOf } from '../../budget/budget.ts'
import { needText } from '../../budget/said.ts'
import { knownLength } from '../../injection/hooks.ts'
import { hookOfLength, hooksPaste } from '../hook-paste.ts'
import { pasteOf, type Rule } from '../rule.ts'

/**
 * A hook of known length ends before the load balancer has stopped sending. The proxy of an application that drains by
 * itself needs more than that: sidecar-dies-first says how much.
 */
export const prestopTooShort: Rule = {
  id: 'prestop-too-short',
  check: (situation) =>
    situation.template.containers.flatMap(({ name, preStop }) => {
      const { budget, outage } = situation
      if (preStop === undefined) return []
      const length = knownLength(preStop)
      if (length === undefined || length >= budget.sleep || outage !== undefined) return []
      if (sleepOf(budget, name) > budget.sleep) return []
      const hook = hookOfLength(preStop, budget.sleep)
      const paste =
        hook === undefined ? undefined : hooksPaste(situation, [{ container: name, preStop: hook }])
      return [
        {
          about: name,
          message: `preStop of ${name} sleeps ${length} s, ${needText(budget)}`,
          brief: `preStop of ${name} sleeps ${length} s of ${budget.sleep} s`,
          ...pasteOf(paste),
        },
      ]
    }),
}

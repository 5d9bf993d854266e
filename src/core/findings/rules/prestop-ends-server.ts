import { sleepOf } from '../../budget/budget.ts'
import { cutText } from '../../budget/said.ts'
import { arrivalsEnd } from '../../budget/timeline.ts'
import { endsServerBy } from '../../injection/hooks.ts'
import { hookAfterSleep, hooksPaste } from '../hook-paste.ts'
import { pasteOf, type Rule } from '../rule.ts'

/** A hook that ends the server by itself, before any sleep: worse than none, since SIGTERM need not even come. */
export const prestopEndsServer: Rule = {
  id: 'prestop-ends-server',
  check: (situation) =>
    situation.template.containers.flatMap(({ name, preStop }) => {
      const { budget, outage } = situation
      if (preStop === undefined) return []
      const program = endsServerBy(preStop)
      if (program === undefined || budget.sleep === 0 || outage !== undefined) return []
      const until = arrivalsEnd(budget)
      const hook = hookAfterSleep(preStop, sleepOf(budget, name))
      const paste =
        hook === undefined ? undefined : hooksPaste(situation, [{ container: name, preStop: hook }])
      return [
        {
          about: name,
          brief: `preStop of ${name} ends the server at once (${program})`,
          action: `sleep ${budget.sleep} s first`,
          ...pasteOf(paste),
          message: `preStop of ${name} ends the server at once (${program}), requests arrive until ${until} s: sleep ${budget.sleep} s first${cutText(budget)}`,
        },
      ]
    }),
}

import { cutText } from '../../budget/said.ts'
import { arrivalsEnd } from '../../budget/timeline.ts'
import { endsServerBy } from '../../injection/hooks.ts'
import type { Rule } from '../rule.ts'

/** A hook that ends the server by itself, before any sleep: worse than none, since SIGTERM need not even come. */
export const prestopEndsServer: Rule = {
  id: 'prestop-ends-server',
  check: ({ template, budget, outage }) =>
    template.containers.flatMap(({ name, preStop }) => {
      const program = preStop === undefined ? undefined : endsServerBy(preStop)
      if (program === undefined || budget.sleep === 0 || outage !== undefined) return []
      const until = arrivalsEnd(budget)
      return [
        {
          about: name,
          message: `preStop of ${name} ends the server at once (${program}), requests arrive until ${until} s: sleep ${budget.sleep} s first${cutText(budget)}`,
        },
      ]
    }),
}

import { cutText } from '../../budget/said.ts'
import { endsServerBy, knownLength } from '../../injection/hooks.ts'
import { listNames, type Rule, remarkIf } from '../rule.ts'

/**
 * A hook whose length cannot be told from its text: nobody knows whether it is long enough. One that ends the server at
 * once has a finding of its own.
 */
export const prestopUnknownLength: Rule = {
  id: 'prestop-unknown-length',
  check: ({ template, budget }) => {
    const unknown = template.containers.filter(
      ({ preStop }) =>
        preStop !== undefined && knownLength(preStop) === undefined && endsServerBy(preStop) === undefined,
    )
    const names = listNames(unknown.map(({ name }) => name))
    return remarkIf(
      unknown.length > 0 && budget.sleep > 0,
      () =>
        `the length of the preStop hook on ${names} is unknown: if it does not wait ${budget.sleep} s, begin it with sleep ${budget.sleep}${cutText(budget)}`,
    )
  },
}

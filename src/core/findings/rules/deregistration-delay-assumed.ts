import { termsOf } from '../../budget/expression.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** No object says the deregistration delay and the budget depends on it: AWS keeps what was set before. */
export const deregistrationDelayAssumed: Rule = {
  id: 'deregistration-delay-assumed',
  check: ({ budget }) =>
    budget.perExposure.flatMap(({ terms: { D }, sleepFormula, exposure }) =>
      remarkIf(
        D.origin.rank === 'assumed' && termsOf(sleepFormula).includes('D'),
        () => `deregistration delay of ${exposure.service.name} assumed: AWS default ${D.value} s`,
      ),
    ),
}

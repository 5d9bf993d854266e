import { termsOf } from '../../budget/expression.ts'
import { attributePaste } from '../attribute-paste.ts'
import { pasteOf, type Rule, remarkIf } from '../rule.ts'

/** No object says the deregistration delay and the budget depends on it: AWS keeps what was set before. */
export const deregistrationDelayAssumed: Rule = {
  id: 'deregistration-delay-assumed',
  check: ({ budget }) =>
    budget.perExposure.flatMap(({ terms: { D }, sleepFormula, exposure }) =>
      remarkIf(D.origin.rank === 'assumed' && termsOf(sleepFormula).includes('D'), () => ({
        message: `deregistration delay of ${exposure.service.name} assumed: AWS default ${D.value} s`,
        brief: `delay of ${exposure.service.name} unknown, ${D.value} s assumed`,
        ...pasteOf(attributePaste(exposure, `deregistration_delay.timeout_seconds=${D.value}`, undefined)),
      })),
    ),
}

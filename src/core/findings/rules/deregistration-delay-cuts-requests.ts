import { add } from '../../model/seconds.ts'
import { type Rule, remarkIf } from '../rule.ts'

/** D < P + R: the ALB cuts a request that we were ready to wait for. Only D itself can repair that. */
export const deregistrationDelayCutsRequests: Rule = {
  id: 'deregistration-delay-cuts-requests',
  check: ({ budget }) =>
    budget.perExposure.flatMap(({ row, terms: { D, P, R }, exposure }) => {
      const needed = add(P.value, R.value)
      return remarkIf(
        row === 'alb-ip' && D.value < needed,
        () =>
          `deregistration delay ${D.value} s of ${exposure.service.name} is below ${needed} s (propagation P + longest request R)`,
      )
    }),
}

import type { ExposureBudget } from '../../budget/budget.ts'
import { endsAtDelay } from '../../budget/formulas.ts'
import { add } from '../../model/seconds.ts'
import { attributePaste, writtenIn } from '../attribute-paste.ts'
import { distinctRemarks, pasteOf, type Remark, type Rule } from '../rule.ts'

/**
 * D < P + R: the load balancer cuts a request that we were ready to wait for. Only D itself can repair that. Where both
 * of these are defaults of ours, it is no more than a hint: many an application needs less. A delay of 0 cuts every one.
 */
export const deregistrationDelayCutsRequests: Rule = {
  id: 'deregistration-delay-cuts-requests',
  check: ({ budget }) => distinctRemarks(budget.perExposure.flatMap(remarksOn)),
}

function remarksOn(one: ExposureBudget): readonly Remark[] {
  const { row, exposure } = one
  const { C, D, P, R } = one.terms
  if (!endsAtDelay(row) || D.value >= add(P.value, R.value)) return []
  const severity = isStated(one) || D.value === 0 ? 'warning' : 'information'
  const cutter = exposure.loadBalancer.value.toUpperCase()
  const cut = `${add(C.value, D.value)} s (controller ${C.value} + delay ${D.value})`
  const last = `${add(C.value, P.value, R.value)} s (controller ${C.value} + propagation ${P.value} + request ${R.value})`
  const message = `the ${cutter} of ${exposure.service.name} cuts requests ${cut} after the deletion, the last one may take until ${last}: raise the deregistration delay from ${D.value} s to ${add(P.value, R.value)} s`
  const least = add(P.value, R.value)
  const attribute = `deregistration_delay.timeout_seconds=${least}`
  const brief = `delay of ${exposure.service.name} is ${D.value} s, needs ${least} s`
  return [
    {
      severity,
      message,
      brief,
      ...pasteOf(attributePaste(exposure, attribute, writtenIn([D, ...D.alternatives]))),
    },
  ]
}

const isStated = ({ terms: { P, R } }: ExposureBudget): boolean =>
  [P, R].some(({ origin }) => origin.rank !== 'assumed')

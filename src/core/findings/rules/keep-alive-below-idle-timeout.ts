import { longest } from '../../model/seconds.ts'
import type { Rule } from '../rule.ts'

/**
 * An ALB uses a connection again for as long as its idle timeout; AWS asks for a longer one in the application (ELB
 * user guide: connection idle timeout). Where the server closes it first, a request may just be on its way: a 502 at any
 * hour. Only where arguments or environment show it, and only of the one container that can be meant.
 */
export const keepAliveBelowIdleTimeout: Rule = {
  id: 'keep-alive-below-idle-timeout',
  check: ({ budget, declared = [] }) => {
    const shown = declared.filter(({ role, isFront }) => role === 'keep-alive' && isFront)
    const albs = budget.perExposure.filter(({ exposure }) => exposure.loadBalancer.value === 'alb')
    const idle = longest(albs.map(({ terms }) => terms.I.value))
    const first = shown.find(({ value }) => value <= idle)
    if (first === undefined) return []
    const { container, line, value } = first
    return [
      {
        brief: `${container} keeps alive ${value} s, the ALB ${idle} s`,
        action: `set more than ${idle} s`,
        message: `${container} closes idle connections after ${value} s (${line}), the ALB after ${idle} s: 502s at any hour; set more than ${idle} s`,
      },
    ]
  },
}

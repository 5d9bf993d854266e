import type { Exposure } from '../../model/exposure.ts'
import { ASSUME_ANNOTATION } from '../../model/keys.ts'
import type { Assumption } from '../../model/overrides.ts'
import { onTemplate } from '../paste.ts'
import type { Remark, Rule, Twin } from '../rule.ts'

/** A switch of the Service's selector starts no Pod: those that it then selects are as they were created. */
export const blueGreenSibling: Rule = {
  id: 'blue-green-sibling',
  check: () => [],
  checkUnexposed: ({ twins: [twin] }) => (twin === undefined ? [] : [remarkOn(twin)]),
}

function remarkOn({ label, own, other, exposures }: Twin): Remark {
  const { name } = exposures[0].service
  const assumption = assumptionFor(exposures)
  const cure = `set ${ASSUME_ANNOTATION}: ${assumption}`
  return {
    message: `pods with ${label}=${own} are not behind a load balancer now, but Service ${name} selects ${label}=${other}: to protect these pods before it selects them, ${cure} on the pod template`,
    brief: `Service ${name} selects ${label}=${other}`,
    action: cure,
    paste: onTemplate({}, { [ASSUME_ANNOTATION]: assumption }),
  }
}

/** Of several, the one with the longest sleep (docs/budget.md). A Classic Load Balancer gets an ALB's with instances. */
const LONGEST_FIRST: readonly Assumption[] = ['nlb-ip', 'alb-instance', 'alb-ip']

function assumptionFor(exposures: readonly Exposure[]): Assumption {
  const found = new Set(exposures.map(assumptionOf))
  return LONGEST_FIRST.find((one) => found.has(one)) ?? 'nlb-instance'
}

function assumptionOf({ loadBalancer, targetType }: Exposure): Assumption {
  if (loadBalancer.value === 'classic') return 'alb-instance'
  return `${loadBalancer.value}-${targetType.value}`
}

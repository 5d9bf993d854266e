import type { PodDisruptionBudgetObject } from '../core/discovery/objects/pod-disruption-budget.ts'
import { countOrPercentAt } from './count-or-percent.ts'
import { at, given, optional } from './json.ts'
import { type Envelope, namespacedRef } from './narrow-metadata.ts'
import { selectorAt } from './narrow-selector.ts'

/** Without a selector it selects no Pod, with an empty one every Pod of its namespace (policy/v1 PodDisruptionBudgetSpec). */
export function narrowPodDisruptionBudget(envelope: Envelope): PodDisruptionBudgetObject {
  const spec = at(envelope.document, 'spec')
  return {
    kind: 'PodDisruptionBudget',
    ref: namespacedRef(envelope),
    about: given('pods', optional(selectorAt, at(spec, 'selector'))),
    ...given('minAvailable', optional(countOrPercentAt, at(spec, 'minAvailable'))),
    ...given('maxUnavailable', optional(countOrPercentAt, at(spec, 'maxUnavailable'))),
  }
}

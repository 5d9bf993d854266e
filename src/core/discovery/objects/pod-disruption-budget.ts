import type { CountOrPercent } from '../../model/workload.ts'
import type { About } from './about.ts'
import type { Identified } from './identified.ts'

/** How many of the Pods it selects may be evicted at a time (policy/v1 PodDisruptionBudgetSpec); one of the two at most. */
export interface PodDisruptionBudgetObject extends Identified<'PodDisruptionBudget'> {
  readonly about: About
  readonly minAvailable?: CountOrPercent
  readonly maxUnavailable?: CountOrPercent
}

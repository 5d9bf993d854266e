import type { CountOrPercent } from '../../model/workload.ts'
import type { About } from './about.ts'
import type { Identified } from './identified.ts'

/**
 * How many of the selected Pods may be evicted at a time (policy/v1 PodDisruptionBudgetSpec). At most one field is set.
 */
export interface PodDisruptionBudgetObject extends Identified<'PodDisruptionBudget'> {
  readonly about: About
  readonly minAvailable?: CountOrPercent
  readonly maxUnavailable?: CountOrPercent
}

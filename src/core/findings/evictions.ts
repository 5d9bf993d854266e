import type { DisruptionBudget } from '../model/surroundings.ts'
import type { CountOrPercent } from '../model/workload.ts'

/**
 * How many of so many Pods a PodDisruptionBudget lets go at a time; 0 or less: none. Percentages are rounded up
 * (kubernetes 1.35, pkg/controller/disruption/disruption.go, getExpectedPodCount).
 */
export function allowedEvictions({ minAvailable, maxUnavailable }: DisruptionBudget, pods: number): number {
  if (maxUnavailable !== undefined) return countOf(maxUnavailable, pods)
  return minAvailable === undefined ? pods : pods - countOf(minAvailable, pods)
}

const countOf = (value: CountOrPercent, pods: number): number =>
  'count' in value ? value.count : Math.ceil((value.percent * pods) / 100)

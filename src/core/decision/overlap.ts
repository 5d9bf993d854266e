import type { Exposure } from '../model/exposure.ts'
import type { CountOrPercent, WorkloadSummary } from '../model/workload.ts'

/**
 * Why no other Pod can serve while a Pod of this workload is replaced: a sleep would only lengthen the outage.
 * Undefined if another Pod can serve, or if the workload is not known.
 */
export function noOverlap(workload: WorkloadSummary | undefined): string | undefined {
  if (workload === undefined) return undefined
  const replicas = workload.replicas ?? 1
  if (replicas === 0) return undefined
  const { replacement } = workload
  if (replacement.kind === 'recreate')
    return 'strategy Recreate stops every old pod before the first new one starts'
  if (replicas !== 1) return undefined
  if (replacement.kind === 'in-place')
    return 'a StatefulSet with one replica stops its pod before it starts the next'
  if (replacement.kind === 'rolling' && isZero(replacement.maxSurge))
    return 'maxSurge 0 with one replica stops the pod before the next one starts'
  return undefined
}

const isZero = (value: CountOrPercent): boolean => ('count' in value ? value.count : value.percent) === 0

/**
 * The exposures with other targets that can serve during a replacement: another Pod, or targets that other clusters
 * have in the same target group. If the Service selects a single Pod of a StatefulSet by name, there is no other Pod.
 */
export function withOverlap(
  exposures: readonly Exposure[],
  workload: WorkloadSummary | undefined,
): readonly Exposure[] {
  const isAlone = noOverlap(workload) !== undefined
  return exposures.filter(({ selectsOnePod, otherClusters }) => otherClusters || !(isAlone || selectsOnePod))
}

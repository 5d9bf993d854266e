import type { Exposure } from '../model/exposure.ts'
import type { CountOrPercent, WorkloadSummary } from '../model/workload.ts'

/**
 * Why nobody else can serve while a pod of this workload is replaced; undefined where somebody can, or where
 * the workload is not known. The sleep would then only lengthen the outage.
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
 * The exposures during whose replacement somebody else can serve: another pod, or the targets that other clusters
 * have in the same target group. One whose Service selects a single pod of a StatefulSet by name has no other pod.
 */
export function withOverlap(
  exposures: readonly Exposure[],
  workload: WorkloadSummary | undefined,
): readonly Exposure[] {
  const isAlone = noOverlap(workload) !== undefined
  return exposures.filter(({ selectsOnePod, otherClusters }) => otherClusters || !(isAlone || selectsOnePod))
}

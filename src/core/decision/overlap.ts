import type { Exposure } from '../model/exposure.ts'
import { leastReplicas, ofMinimum, type ScaledWorkload } from '../model/replicas.ts'
import type { CountOrPercent, Replacement } from '../model/workload.ts'

/**
 * Why no other Pod can serve while a Pod of this workload is replaced: a sleep would only lengthen the outage.
 * Undefined if another Pod can serve, if it is not known how many there are, or if the workload is not known.
 */
export function noOverlap(workload: ScaledWorkload | undefined): string | undefined {
  if (workload === undefined) return undefined
  const replicas = leastReplicas(workload)
  if (replicas === 0) return undefined
  const { replacement } = workload
  if (replacement.kind === 'recreate')
    return 'strategy Recreate stops every old pod before the first new one starts'
  return replicas === 1 ? noOverlapOf(`one replica${ofMinimum(workload)}`, replacement) : undefined
}

function noOverlapOf(oneReplica: string, replacement: Replacement): string | undefined {
  if (replacement.kind === 'in-place')
    return `a StatefulSet with ${oneReplica} stops its pod before it starts the next`
  if (replacement.kind === 'rolling' && isZero(replacement.maxSurge))
    return `maxSurge 0 with ${oneReplica} stops the pod before the next one starts`
  return undefined
}

const isZero = (value: CountOrPercent): boolean => ('count' in value ? value.count : value.percent) === 0

/**
 * The exposures with other targets that can serve during a replacement: another Pod, or targets that other clusters
 * have in the same target group. If the Service selects a single Pod of a StatefulSet, there is no other Pod.
 */
export function withOverlap(
  exposures: readonly Exposure[],
  workload: ScaledWorkload | undefined,
): readonly Exposure[] {
  const isAlone = noOverlap(workload) !== undefined
  return exposures.filter(({ selectsOnePod, otherClusters }) => otherClusters || !(isAlone || selectsOnePod))
}

/** Why no other Pod could serve if the workload had one replica; undefined if the number is known, or does not matter. */
export function noOverlapIfOne(
  exposures: readonly Exposure[],
  workload: ScaledWorkload | undefined,
): string | undefined {
  if (workload === undefined || leastReplicas(workload) !== undefined) return undefined
  const one = { ...workload, replicas: 1 }
  return withOverlap(exposures, one).length === 0 ? noOverlap(one) : undefined
}

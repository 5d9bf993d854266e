import type { Situation } from './rule.ts'

/** The least number of replicas that a workload has in ordinary times: an autoscaler's minimum counts before its own. */
export const leastReplicas = ({
  workload,
  surroundings,
}: Pick<Situation, 'workload' | 'surroundings'>): number | undefined =>
  surroundings?.leastReplicas ?? workload?.replicas

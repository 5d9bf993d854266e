import type { About } from './about.ts'
import type { Identified } from './identified.ts'

/** How many replicas a workload may have (autoscaling/v2 HorizontalPodAutoscalerSpec). */
export interface HorizontalPodAutoscalerObject extends Identified<'HorizontalPodAutoscaler'> {
  readonly about: About
  readonly minReplicas: number
  readonly maxReplicas: number
}

import type { About } from './about.ts'
import type { Identified } from './identified.ts'

/** How many replicas KEDA gives a workload (keda.sh/v1alpha1 ScaledObject). */
export interface ScaledObjectObject extends Identified<'ScaledObject'> {
  readonly about: About
  readonly minReplicas: number
  readonly maxReplicas: number
  /** Replicas while no trigger is active; absent: minReplicas. */
  readonly idleReplicas?: number
  /** It scales nothing meanwhile; absent: it does. */
  readonly paused?: Paused
}

/** @property replicas at how many; absent: at as many as there are. */
interface Paused {
  readonly replicas?: number
}

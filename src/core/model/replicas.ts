import { type ObjectRef, refText } from './object-ref.ts'
import type { WorkloadSummary } from './workload.ts'

/** The replicas between which autoscalers keep a workload, whatever `spec.replicas` says. */
export interface Autoscaled {
  /** 0 only where an autoscaler is paused at none. */
  readonly least: number
  readonly most: number
  /** The autoscaler with that minimum. */
  readonly by: ObjectRef
}

/** A workload, and what scales it. */
export interface ScaledWorkload extends WorkloadSummary {
  readonly autoscaled?: Autoscaled
}

/** The fewest replicas that a workload has; undefined: nobody has stated a number. */
export const leastReplicas = ({ replicas, autoscaled }: ScaledWorkload): number | undefined =>
  autoscaled?.least ?? replicas

/** The most replicas that a workload has; undefined: nobody has stated a number. */
export const mostReplicas = ({ replicas, autoscaled }: ScaledWorkload): number | undefined =>
  autoscaled?.most ?? replicas

/** ` (the minimum of HorizontalPodAutoscaler shop/web)`, after a number that is an autoscaler's. */
export const ofMinimum = ({ autoscaled }: ScaledWorkload): string =>
  autoscaled === undefined ? '' : ` (the minimum of ${refText(autoscaled.by)})`

/** ` of 40 (the maximum of HorizontalPodAutoscaler shop/web)`; nothing where the number is no autoscaler's. */
export const ofMaximum = ({ autoscaled }: ScaledWorkload): string =>
  autoscaled === undefined ? '' : ` of ${autoscaled.most} (the maximum of ${refText(autoscaled.by)})`

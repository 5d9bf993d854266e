import type { Seconds } from '../../model/seconds.ts'
import type { Identified } from './identified.ts'

/** What Karpenter's nodes of one kind give a Pod (karpenter.sh/v1 NodePool). */
export interface NodePoolObject extends Identified<'NodePool'> {
  /** All its nodes are Spot capacity. */
  readonly isSpot: boolean
  /** `spec.template.spec.terminationGracePeriod`; absent: a drain takes as long as it takes. */
  readonly terminationGrace?: Seconds
}

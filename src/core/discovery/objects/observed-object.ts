import type { Measurements, Witness } from '../../model/observed.ts'
import type { Identified } from './identified.ts'

/** The ConfigMap `slackwater-observed`, as an edge read it (docs/measure.md, docs/aws.md). */
export interface ObservedObject extends Identified<'Observed'> {
  readonly measurements?: Measurements
  readonly witness?: Witness
  /** Parts that cannot be used, a sentence each. */
  readonly problems: readonly string[]
  /** The day by which ages are told. Whole days since 1970; absent: nothing is too old. */
  readonly today?: number
}

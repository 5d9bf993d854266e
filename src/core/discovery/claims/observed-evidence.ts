import type { Evidence, LoadBalancer, TargetType } from '../../model/exposure.ts'
import type { Candidate } from '../../model/resolved.ts'

/** What is observed of one target group and its load balancers, for the exposure that its claims become. */
export interface ObservedEvidence
  extends Pick<
    Evidence,
    'deregistrationDelay' | 'idleTimeout' | 'connectionTermination' | 'crossZone' | 'measured'
  > {
  readonly loadBalancer: readonly Candidate<LoadBalancer>[]
  readonly targetType: readonly Candidate<TargetType>[]
}

export const NOTHING_OBSERVED: ObservedEvidence = {
  deregistrationDelay: [],
  idleTimeout: [],
  connectionTermination: [],
  crossZone: [],
  measured: [],
  loadBalancer: [],
  targetType: [],
}

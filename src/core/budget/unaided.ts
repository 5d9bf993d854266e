import type { Exposure } from '../model/exposure.ts'
import type { Candidate, Resolved } from '../model/resolved.ts'

/** A value that access logs or AWS gave, through the ConfigMap with what was observed. */
const isAided = ({ origin: { source } }: Candidate<unknown>): boolean =>
  source.kind === 'measured' || source.kind === 'aws'

const others = <T>(candidates: readonly Candidate<T>[]): readonly Candidate<T>[] =>
  candidates.filter((one) => !isAided(one))

/** The value without what was observed: the best of the others. */
function unaidedValue<T>(resolved: Resolved<T>): Resolved<T> {
  const [first, ...alternatives] = others([resolved, ...resolved.alternatives])
  return first === undefined ? resolved : { value: first.value, origin: first.origin, alternatives }
}

/** Whether anything was observed of this target group. */
export const isObserved = ({ evidence, loadBalancer, targetType }: Exposure): boolean =>
  evidence.measured.length > 0 ||
  [loadBalancer, targetType].some(isAided) ||
  [evidence.deregistrationDelay, evidence.idleTimeout, evidence.connectionTermination].some((all) =>
    all.some(isAided),
  )

/** The exposure as it would be if nothing had been observed of it. */
export function unaided(exposure: Exposure): Exposure {
  const { evidence, loadBalancer, targetType } = exposure
  return {
    ...exposure,
    loadBalancer: unaidedValue(loadBalancer),
    targetType: unaidedValue(targetType),
    evidence: {
      ...evidence,
      deregistrationDelay: others(evidence.deregistrationDelay),
      idleTimeout: others(evidence.idleTimeout),
      connectionTermination: others(evidence.connectionTermination),
      crossZone: others(evidence.crossZone),
      measured: [],
    },
  }
}

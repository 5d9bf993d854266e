import type { Exposure } from '../model/exposure.ts'
import type { Candidate, Resolved } from '../model/resolved.ts'
import { type Seconds, seconds } from '../model/seconds.ts'
import type { Budget } from './budget.ts'

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

/**
 * What the target groups that are seen would have asked for without what was observed of them. What we have written up to
 * that much is explained by them, so that it may go down to what was observed; anything above it had another cause, such
 * as a target group that is not seen at the moment, and stays.
 */
export interface Explained {
  readonly sleepFor: (container: string) => Seconds
  readonly grace: Seconds
}

export const explainedBy = ({ containers, grace, sleep }: Budget): Explained => {
  const byName = new Map(containers.map((one) => [one.container.name, one.sleep]))
  return { sleepFor: (name) => byName.get(name) ?? seconds(sleep), grace }
}

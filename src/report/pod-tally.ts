import type { Decision } from '../core/decision/decide.ts'
import { knownLength } from '../core/injection/hooks.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { lackingPods } from '../judgement/workloads.ts'
import type { PodStatus } from '../kubernetes/pod-status.ts'
import type { PodCounts } from './schema.ts'

/**
 * `target-health.elbv2.k8s.aws/…` of LBC, `target-health.eks.amazonaws.com/…` of Auto Mode; not the legacy gate of v1.
 */
const GATE = /^target-health\.(?!alb\.ingress\.k8s\.aws\/)/

export const NO_PODS: PodCounts = {
  running: 0,
  withoutHook: 0,
  shortHook: 0,
  shortGrace: 0,
  withoutGate: 0,
  gateNotMet: 0,
}

const COUNTED = Object.keys(NO_PODS) as (keyof PodCounts)[]

export const addCounts = (a: PodCounts, b: PodCounts): PodCounts =>
  Object.fromEntries(COUNTED.map((key) => [key, a[key] + b[key]])) as PodCounts

/**
 * The Pods of one workload, or one Pod that belongs to none, and the creation time of the oldest that lacks something.
 */
export interface PodTally {
  readonly ref: ObjectRef
  readonly counts: PodCounts
  readonly oldest: string
}

/** Adds up what running Pods lack, per workload or other owner. */
export class PodTallies {
  readonly #byRef = new Map<string, PodTally>()

  /** @param decision what the webhook would decide if this Pod were created now. */
  add(decision: Decision, status: PodStatus): void {
    const { subject, exposures, verdict } = decision
    if (!status.alive || exposures.length === 0 || verdict === 'out-of-scope') return
    const ref = subject.workload?.ref ?? subject.owner ?? subject.ref
    const one = countsOf(decision, status)
    const known = this.#byRef.get(refText(ref)) ?? { ref, counts: NO_PODS, oldest: '' }
    const lacks = lackingPods(one) > 0
    const oldest =
      lacks && (known.oldest === '' || status.created < known.oldest) ? status.created : known.oldest
    this.#byRef.set(refText(ref), { ref, counts: addCounts(known.counts, one), oldest })
  }

  take(ref: ObjectRef): PodTally | undefined {
    const tally = this.#byRef.get(refText(ref))
    this.#byRef.delete(refText(ref))
    return tally
  }

  /** The tallies that `take` did not return. */
  rest(): readonly PodTally[] {
    return [...this.#byRef.values()]
  }
}

function countsOf(decision: Decision, status: PodStatus): PodCounts {
  const { template } = decision.subject
  const gates = template.readinessGates.filter((gate) => GATE.test(gate))
  const gated = decision.exposures.some(({ targetType }) => targetType.value === 'ip')
  return {
    running: 1,
    ...hooksOf(decision),
    withoutGate: Number(gated && gates.length === 0),
    gateNotMet: Number(gates.some((gate) => !status.met.has(gate))),
  }
}

/** If no other Pod could serve meanwhile, or the user has opted out, no hook is missing. */
function hooksOf({ subject, verdict, protection, budget }: Decision) {
  if (protection === undefined || budget === undefined || verdict === 'withhold')
    return { withoutHook: 0, shortHook: 0, shortGrace: 0 }
  const { template } = subject
  const { sleeps, grace } = protection.desired
  const needed = budget.sleep
  return {
    withoutHook: Number(
      template.containers.some(({ name, preStop }) => sleeps.has(name) && preStop === undefined),
    ),
    shortHook: Number(
      template.containers.some(
        ({ preStop }) => preStop !== undefined && (knownLength(preStop) ?? needed) < needed,
      ),
    ),
    shortGrace: Number((template.grace ?? DEFAULT_GRACE) < (grace ?? DEFAULT_GRACE)),
  }
}

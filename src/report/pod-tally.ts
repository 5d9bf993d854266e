import type { Decision } from '../core/decision/decide.ts'
import { stuckGateOf } from '../core/gates/stuck-gate.ts'
import { knownLength } from '../core/injection/hooks.ts'
import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import { type StuckGate, TARGET_GATE } from '../core/model/stuck-gate.ts'
import { DEFAULT_GRACE } from '../core/model/workload.ts'
import { lackingPods } from '../judgement/workloads.ts'
import { given } from '../kubernetes/json.ts'
import type { PodStatus } from '../kubernetes/pod-status.ts'
import type { PodCounts } from './pod-schema.ts'

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
  /** Creation times; absent: there is none, or they are unknown. */
  readonly newestUnhooked?: string
  readonly oldestHooked?: string
  /** How many Pods wait for a gate longer than it may need, and the one that has waited longest. */
  readonly stuck?: { readonly pods: number; readonly longest: StuckGate }
}

/** Adds up what running Pods lack, per workload or other owner. */
export class PodTallies {
  readonly #byRef = new Map<string, PodTally>()
  readonly #now: number

  /** @param now milliseconds since 1970. */
  constructor(now: number) {
    this.#now = now
  }

  /**
   * @param decision what the webhook would decide if this Pod were created now.
   * @param of whose it is, if the Pod itself does not show it any more.
   */
  add(decision: Decision, status: PodStatus, of?: ObjectRef): void {
    const { subject } = decision
    const one = shortfallOf(decision, status)
    if (one === undefined) return
    const ref = of ?? subject.workload?.ref ?? subject.owner ?? subject.ref
    const known: PodTally = this.#byRef.get(refText(ref)) ?? { ref, counts: NO_PODS, oldest: '' }
    const { created } = status
    const lacks = lackingPods(one) > 0
    const oldest = lacks && (known.oldest === '' || created < known.oldest) ? created : known.oldest
    const stuck = joined(known.stuck, this.#stuckOf(decision, ref, status))
    this.#byRef.set(refText(ref), {
      ref,
      counts: addCounts(known.counts, one),
      oldest,
      ...hookTimes(known, one.withoutHook > 0, created),
      ...(stuck === undefined ? {} : { stuck }),
    })
  }

  #stuckOf(
    { subject, exposures }: Decision,
    workload: ObjectRef,
    readiness: PodStatus,
  ): StuckGate | undefined {
    const { readinessGates } = subject.template
    return stuckGateOf({ ref: subject.ref, workload, readinessGates, readiness }, exposures, this.#now)
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

/** The newest Pod without a hook, and the oldest with one. */
function hookTimes({ newestUnhooked, oldestHooked }: PodTally, isUnhooked: boolean, created: string) {
  const newest = isUnhooked && created > (newestUnhooked ?? '') ? created : newestUnhooked
  const isOldest = !isUnhooked && created !== '' && (oldestHooked === undefined || created < oldestHooked)
  return { ...given('newestUnhooked', newest), ...given('oldestHooked', isOldest ? created : oldestHooked) }
}

function joined(known: PodTally['stuck'], one: StuckGate | undefined): PodTally['stuck'] {
  if (one === undefined) return known
  const longest = known === undefined || one.since < known.longest.since ? one : known.longest
  return { pods: (known?.pods ?? 0) + 1, longest }
}

/**
 * What one Pod lacks; undefined: it is not judged, because it is going or nothing sends to it.
 * @param decision what the webhook would decide if this Pod were created now.
 */
export function shortfallOf(decision: Decision, status: PodStatus): PodCounts | undefined {
  const { exposures, verdict } = decision
  const isJudged = status.alive && exposures.length > 0 && verdict !== 'out-of-scope'
  return isJudged ? countsOf(decision, status) : undefined
}

function countsOf(decision: Decision, status: PodStatus): PodCounts {
  const { template } = decision.subject
  const gates = template.readinessGates.filter((gate) => TARGET_GATE.test(gate))
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

import type { HandoverTerms } from '../core/handover/change.ts'
import { isOverdue } from '../core/handover/record.ts'
import type { Goal } from '../core/handover/situation.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import { messageOf } from '../core/model/thrown.ts'
import { type BegunPod, findBegun, termsOf } from './begun.ts'
import { DisruptionBudgets } from './disruption-budgets.ts'
import type { HandoverOptions } from './options.ts'
import type { HandoverPlan, HandoverResult } from './plan.ts'
import { resultOf } from './result.ts'
import { HandoverRun } from './run.ts'
import { TrackedPod } from './tracked-pod.ts'

/**
 * Replaces the Pods of a plan without loss, and goes on with those that an earlier call has begun with. Fails in the
 * result, never by an error: a Pod is in between then, and the text says how to go on.
 */
export async function handOver(plan: HandoverPlan, options: HandoverOptions): Promise<HandoverResult> {
  const { workload } = plan
  const found = await foundOf(workload, options)
  if (typeof found === 'string') return { workload, state: 'failed', pods: [], text: found }
  found.budgets.add(plan.disruptionBudgets)
  const begun = found.begun.map((one) => trackedOf(one, 'replace', plan.sleep))
  const known = new Set(begun.map(({ uid }) => uid))
  const terms = termsOfPlan(plan)
  const others = plan.pods.filter(({ uid }) => !known.has(uid))
  const tracked = others.map((one) => new TrackedPod(one, { terms, goal: 'replace' }))
  const pods = [...begun, ...tracked]
  return await carriedOut({ workload, pods, budgets: found.budgets, goal: 'replace' }, options)
}

/**
 * Takes back what an earlier call has begun with and not ended: each Pod gets its labels back and belongs to its
 * ReplicaSet again, or is replaced all the same where only that loses nothing.
 */
export async function undo(workload: ObjectRef, options: HandoverOptions): Promise<HandoverResult> {
  const found = await foundOf(workload, options)
  if (typeof found === 'string') return { workload, state: 'failed', pods: [], text: found }
  const pods = found.begun.map((one) => trackedOf(one, 'take-back'))
  return await carriedOut({ workload, pods, budgets: found.budgets, goal: 'take-back' }, options)
}

interface Found {
  readonly begun: readonly BegunPod[]
  readonly budgets: DisruptionBudgets
}

/** What earlier calls have left. @returns a sentence if it cannot be read. */
async function foundOf(workload: ObjectRef, options: HandoverOptions): Promise<Found | string> {
  const { api, clock, signal, onCaution } = options
  const budgets = new DisruptionBudgets({ api, namespace: workload.namespace, clock, signal, onCaution })
  try {
    await budgets.addLeft()
    const begun = await findBegun(workload, { api, signal, onUnreadable: onCaution })
    const now = clock.date().getTime()
    for (const { pod, record } of begun)
      if (isOverdue(record, now))
        onCaution(
          `Pod ${workload.namespace}/${pod.name} was left ${record.step}, which should have been over at ${record.deadline}`,
        )
    return { budgets, begun }
  } catch (error) {
    return `The Pods of Namespace ${workload.namespace} cannot be listed, so nothing was done: ${messageOf(error)}`
  }
}

/** @param least a plan may know of a longer sleep by now. */
function trackedOf({ pod, record }: BegunPod, goal: Goal, least = record.sleep): TrackedPod {
  const sleep = record.sleep > least ? record.sleep : least
  const tracked = new TrackedPod(pod, { terms: { ...termsOf(record), sleep }, goal })
  tracked.record = record
  return tracked
}

const termsOfPlan = (plan: HandoverPlan): HandoverTerms => ({
  workload: { kind: plan.workload.kind, name: plan.workload.name },
  replicaSet: plan.replicaSet.name,
  releaseLabel: plan.releaseLabel,
  leaveLabels: plan.leaveLabels,
  sleep: plan.sleep,
  healthy: plan.healthy,
  gated: plan.gated,
  disruptionBudgets: plan.disruptionBudgets,
})

interface Work {
  readonly workload: ObjectRef
  readonly pods: readonly TrackedPod[]
  readonly budgets: DisruptionBudgets
  readonly goal: Goal
}

async function carriedOut(work: Work, options: HandoverOptions): Promise<HandoverResult> {
  const { workload, pods, budgets, goal } = work
  const { signal } = options
  for (const { terms } of pods) budgets.add(terms.disruptionBudgets)
  const run = new HandoverRun({ workload, pods, budgets, options })
  await run.run()
  // Also for what a killed call has left: numbers, and the annotation that was to set them right.
  await (signal.aborted || pods.length === 0 ? budgets.settle() : budgets.wake())
  return resultOf({ workload, pods, goal, ...run.end, isAborted: signal.aborted })
}

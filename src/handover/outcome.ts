import { type ObjectRef, refText } from '../core/model/object-ref.ts'
import type { Planned } from './make-plan.ts'
import type { HandoverPlan, HandoverResult, PodProgress } from './plan.ts'
import type { RefusalId } from './refusal-ids.ts'

/** What became of one workload. */
export interface WorkloadOutcome {
  readonly workload: ObjectRef
  readonly state: HandoverResult['state'] | 'refused'
  /** One sentence. */
  readonly text: string
  /** With `refused`. */
  readonly refusal?: { readonly id: RefusalId; readonly alternative: string }
  /** Absent: nothing was planned. */
  readonly plan?: HandoverPlan
  readonly pods: readonly PodProgress[]
}

/** What became of all that were asked for. */
export interface HandoverOutcome {
  readonly namespace: string
  readonly dryRun: boolean
  /** What many were asked for with. */
  readonly asked?: { readonly selector?: string; readonly isUndo: boolean }
  readonly workloads: readonly WorkloadOutcome[]
}

/** Of what is planned and not done. @param isUndo it is what an earlier call has begun, to be taken back. */
export function plannedOutcome(planned: Planned, isUndo = false): WorkloadOutcome {
  switch (planned.kind) {
    case 'nothing-to-do':
      return { workload: planned.workload, state: 'nothing-to-do', text: planned.text, pods: [] }
    case 'refused': {
      const { workload, id, reason, alternative } = planned.refusal
      return { workload, state: 'refused', text: reason, refusal: { id, alternative }, pods: [] }
    }
    case 'plan': {
      const { plan } = planned
      const count = plan.pods.length
      const text = `${count} ${count === 1 ? 'Pod' : 'Pods'} would be ${isUndo ? 'taken back' : 'replaced'}`
      const pods = plan.pods.map(({ name }): PodProgress => ({ pod: name, state: 'waiting' }))
      return { workload: plan.workload, state: 'planned', text, plan, pods }
    }
  }
}

/** Of what was done. Its text names the workload, which is beside it here. */
export const doneOutcome = (plan: HandoverPlan, { state, text, pods }: HandoverResult): WorkloadOutcome => ({
  workload: plan.workload,
  text: text.replace(`${refText(plan.workload)}: `, ''),
  ...{ state, plan, pods },
})

/** Whether nothing is left to do or to look at. */
export const isComplete = ({ workloads }: HandoverOutcome): boolean =>
  workloads.every(({ state }) => state !== 'refused' && state !== 'failed')

import { decisionOn } from '../assessment/assess.ts'
import { sleepOf } from '../core/budget/budget.ts'
import type { Need } from '../core/departures/pod-facts.ts'
import type { LiveView, Selection } from '../core/inventory/inventory.ts'
import { seconds } from '../core/model/seconds.ts'
import type { Settings } from '../core/model/settings.ts'
import type { PodGroup } from './pod-group.ts'

/** The part of the live inventory that says what sends to a Pod, and what it needs. */
export type ExposingView = Pick<
  LiveView,
  'doubt' | 'exposuresOf' | 'readInSteps' | 'namespace' | 'workload' | 'autoscaled' | 'objects'
>

/**
 * What a decision on a Pod looks at beside the Pod, as plain values: where it is the same, so is the decision. A workload's
 * status, which changes with each of its Pods, decides nothing.
 */
export function aroundPod({ pod, workload }: PodGroup, selection: Selection, known: ExposingView): unknown {
  const { live: _, ...facts } = known.workload(workload) ?? { ref: workload }
  return {
    exposures: known.exposuresOf(selection).exposures,
    namespace: known.namespace(pod.ref.namespace),
    workload: facts,
    autoscaled: known.autoscaled(workload),
  }
}

/** By what a Pod is left alone, beside its own labels: where that changes, it may not be any more. Plain values too. */
export const modesAround = ({ pod, workload }: PodGroup, known: ExposingView): unknown => ({
  workload: known.workload(workload)?.modeLabel,
  namespace: known.namespace(pod.ref.namespace),
})

/** As admission would decide now; undefined: it would leave the Pod alone. */
export function needOf(raw: unknown, known: ExposingView, settings: Settings): Need | undefined {
  const object = { what: 'pod', raw, namespace: '', fromFile: false } as const
  const decided = decisionOn(object, { inventory: known, settings })
  if (!decided.readable) return undefined
  const { subject, verdict, budget, exposures } = decided.decision
  if (budget === undefined) return undefined
  const gated = exposures.some(({ targetType }) => targetType.value === 'ip')
  // No other Pod could serve meanwhile: a sleep would only lengthen the outage.
  if (verdict === 'withhold') return { sleep: seconds(0), gated }
  const exceptions = subject.template.containers
    .map(({ name: container }) => ({ container, sleep: sleepOf(budget, container) }))
    .filter(({ sleep }) => sleep !== budget.sleep)
  const { sleep, grace } = budget
  return { sleep, ...(exceptions.length === 0 ? {} : { exceptions }), grace, gated }
}

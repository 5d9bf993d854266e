import type { ServiceObject } from '../discovery/objects/discovery-object.ts'
import { matches } from '../inventory/matching.ts'
import type { Labels, WorkloadSummary } from '../model/workload.ts'
import type { TrafficView } from './change.ts'

/** The workloads with Pods that a selector selects, as far as they are known; time is linear in the workloads. */
export const workloadsBehind = (
  selector: Labels,
  namespace: string,
  view: TrafficView,
): readonly WorkloadSummary[] =>
  [...view.workloads()].filter(
    (workload) => workload.ref.namespace === namespace && hasPods(workload) && selects(selector, workload),
  )

const hasPods = ({ replicas = 1 }: WorkloadSummary): boolean => replicas > 0

function selects(selector: Labels, { ref, live, changingLabels }: WorkloadSummary): boolean {
  if (live === undefined) return false
  const { namespace } = ref
  return matches(selector, {
    namespace,
    labels: live.templateLabels,
    matching: 'template',
    workload: ref,
    ...(changingLabels === undefined ? {} : { changingLabels }),
  })
}

/** The target groups whose Service this is. */
export const exposuresOfService = ({ ref, selector }: ServiceObject, view: TrafficView) =>
  view
    .exposuresOf({ namespace: ref.namespace, labels: selector, matching: 'template' })
    .exposures.filter(({ service }) => service.name === ref.name && service.namespace === ref.namespace)

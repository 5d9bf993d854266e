import { compareText } from '../model/object-ref.ts'
import { leaveLabels, type SelectingService, selectedBy, withoutLabels } from './leave-labels.ts'
import { type HandoverRecord, parseHandover, printHandover } from './record.ts'
import type { PodView } from './scene.ts'

/**
 * The Pod with a record that names further labels, if Services by now select it in spite of those that it is to leave by:
 * one was created or changed meanwhile. A Pod in a Service must not be deleted.
 */
export function withServicesOf(
  namespace: string,
  pod: PodView,
  services: readonly SelectingService[],
): PodView {
  const parsed = parseHandover(pod.handover)
  if (parsed.kind !== 'record') return pod
  const further = furtherLabels(namespace, { pod, record: parsed.record, services })
  if (further.length === 0) return pod
  const known = [...parsed.record.leaveLabels, ...further].sort(compareText)
  return { ...pod, handover: printHandover({ ...parsed.record, leaveLabels: known }) }
}

function furtherLabels(
  namespace: string,
  {
    pod,
    record,
    services,
  }: {
    readonly pod: PodView
    readonly record: HandoverRecord
    readonly services: readonly SelectingService[]
  },
): readonly string[] {
  const { releaseLabel } = record
  const labels = withoutLabels(pod.labels, [...record.leaveLabels, releaseLabel])
  const still = services.filter(({ selector }) => selectedBy(selector, labels))
  if (still.length === 0) return []
  // A policy that cuts late requests is the lesser harm: in a Service it would lose all.
  const found = leaveLabels({
    ...{ namespace, labels: [labels], services: still, releaseLabel, policies: [], budgets: [], others: [] },
  })
  return found.found ? found.labels : []
}

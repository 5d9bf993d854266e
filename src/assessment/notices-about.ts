import type { Subject } from '../core/decision/subject.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Notice } from '../core/model/notice.ts'
import { given } from '../kubernetes/json.ts'

/** Notices about the Services that select a workload, and about the objects that refer to them. */
export function noticesAbout(
  { ref, template, workload }: Subject,
  inventory: InventoryView,
): readonly Notice[] {
  const selection = {
    namespace: ref.namespace,
    labels: template.labels,
    matching: 'template' as const,
    ...given('workload', workload?.ref),
    ...given('changingLabels', workload?.changingLabels),
  }
  return inventory.noticesAbout?.(selection) ?? []
}

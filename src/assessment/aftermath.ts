import { type Aftermath, aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import { lbcFacts } from '../core/gates/lbc-outlook.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import { containerProcesses } from '../kubernetes/container-processes.ts'

/**
 * The findings about an object that was decided on, and how its pods end: for the plan and the reports, which show it.
 * @param raw the object itself: only here is read what its containers are started with.
 */
export function aftermathOf(decision: Decision, inventory: InventoryView, raw: unknown): Aftermath {
  const { exposures, subject } = decision
  const processes = () => containerProcesses(subject.what, raw)
  const { labels } = subject.template
  const { namespace: name } = subject.ref
  const namespace = inventory.namespace(name) ?? { name, labels: {} }
  return aftermath(decision, lbcFacts({ exposures, namespace, labels }, inventory.lbc?.()), processes)
}

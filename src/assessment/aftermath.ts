import { type Aftermath, aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import { lbcFacts } from '../core/gates/lbc-outlook.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'

/** The findings about an object that was decided on, and how its pods end: for the plan and the reports, which show it. */
export function aftermathOf(decision: Decision, inventory: InventoryView): Aftermath {
  const { exposures, subject } = decision
  const { labels } = subject.template
  const { namespace: name } = subject.ref
  const namespace = inventory.namespace(name) ?? { name, labels: {} }
  return aftermath(decision, lbcFacts({ exposures, namespace, labels }, inventory.lbc?.()))
}

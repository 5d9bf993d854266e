import { type Aftermath, aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import { lbcFacts } from '../core/gates/lbc-outlook.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'

/** The findings for a decided object, and how its Pods terminate. Only the plan and the reports show these. */
export function aftermathOf(decision: Decision, inventory: InventoryView): Aftermath {
  const { exposures, subject } = decision
  const { labels } = subject.template
  const { namespace: name } = subject.ref
  const namespace = inventory.namespace(name) ?? { name, labels: {} }
  return aftermath(decision, lbcFacts({ exposures, namespace, labels }, inventory.lbc?.()))
}

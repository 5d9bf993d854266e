import { type Aftermath, aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import { lbcFacts } from '../core/gates/lbc-outlook.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import { containerProcesses } from '../kubernetes/container-processes.ts'
import { surroundingsOf } from './surroundings.ts'

/**
 * The findings for a decided object, and how its Pods terminate. Only the plan and the reports show these.
 * @param raw the object itself. The commands and environments of its containers are read only here.
 */
export function aftermathOf(decision: Decision, inventory: InventoryView, raw: unknown): Aftermath {
  const { exposures, subject } = decision
  const processes = () => containerProcesses(subject.what, raw)
  const { labels } = subject.template
  const { namespace: name } = subject.ref
  const namespace = inventory.namespace(name) ?? { name, labels: {} }
  const facts = lbcFacts({ exposures, namespace, labels }, inventory.lbc?.())
  const { objects } = inventory
  const around = objects === undefined ? {} : { surroundings: surroundingsOf(subject, raw, objects) }
  return aftermath(decision, { ...facts, ...around }, processes)
}

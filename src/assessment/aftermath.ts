import { type Aftermath, aftermath } from '../core/decision/aftermath.ts'
import type { Decision } from '../core/decision/decide.ts'
import type { Subject } from '../core/decision/subject.ts'
import { withAcceptances } from '../core/findings/acceptance.ts'
import type { Finding } from '../core/findings/finding.ts'
import { findingsOfUnexposed } from '../core/findings/findings.ts'
import type { Twin } from '../core/findings/rule.ts'
import { twinLabelsOf } from '../core/findings/twin-labels.ts'
import { lbcFacts } from '../core/gates/lbc-outlook.ts'
import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Labels } from '../core/model/workload.ts'
import { containerProcesses } from '../kubernetes/container-processes.ts'
import type { ReadableAssessment } from './assess.ts'
import { surroundingsOf } from './surroundings.ts'

/**
 * The findings for a decided object, accepted or not, and how its Pods terminate. Only the plan and the reports show
 * these.
 * @param raw the object itself. The commands and environments of its containers are read only here.
 */
export function aftermathOf(
  { decision, acceptances }: Pick<ReadableAssessment, 'decision' | 'acceptances'>,
  inventory: InventoryView,
  raw: unknown,
): Aftermath {
  const { findings, ...rest } = bareAftermath(decision, inventory, raw)
  return { ...rest, findings: withAcceptances(findings, acceptances) }
}

function bareAftermath(decision: Decision, inventory: InventoryView, raw: unknown): Aftermath {
  const { exposures, subject } = decision
  if (decision.verdict === 'not-exposed') return { findings: unexposedFindings(subject, inventory) }
  const processes = () => containerProcesses(subject.what, raw)
  const { labels } = subject.template
  const { namespace: name } = subject.ref
  const known = inventory.namespace(name)
  const query = {
    exposures,
    namespace: known ?? { name, labels: {} },
    isNamespaceKnown: known !== undefined,
    labels,
    peers: peersOf(inventory),
  }
  const { objects } = inventory
  const around = objects === undefined ? {} : { surroundings: surroundingsOf(subject, raw, objects) }
  return aftermath(decision, { ...lbcFacts(query, inventory.lbc?.()), ...around }, processes)
}

const peersOf =
  (inventory: InventoryView): NonNullable<InventoryView['gatedPeers']> =>
  (...query) =>
    inventory.gatedPeers?.(...query)

/** Who writes `assume` has answered the question already. */
function unexposedFindings(
  { what, ref, template, overrides }: Subject,
  inventory: InventoryView,
): readonly Finding[] {
  if (what === 'pod' || overrides.assume !== undefined) return []
  return findingsOfUnexposed({ twins: exposedTwins(ref.namespace, template.labels, inventory) })
}

/** What a load balancer sends to now, where these Pods have another value of a label: the other half of a blue-green pair. */
export const exposedTwins = (
  namespace: string,
  own: Labels,
  inventory: Pick<InventoryView, 'exposuresOf'>,
): readonly Twin[] =>
  twinLabelsOf(own).flatMap(({ labels, ...twin }) => {
    const [first, ...others] = inventory.exposuresOf({ namespace, labels, matching: 'template' }).exposures
    return first === undefined ? [] : [{ ...twin, exposures: [first, ...others] }]
  })

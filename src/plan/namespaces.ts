import { labelOf } from '../core/discovery/objects/label-selector.ts'
import { gateDecisions } from '../core/gates/gate-decision.ts'
import { type GateInjector, labelsInQuestion } from '../core/gates/gate-needs.ts'
import type { GateDecision } from '../core/gates/gate-state.ts'
import type { ExposedNamespace, InventoryView } from '../core/inventory/inventory.ts'
import { GATE_ENABLED, GATE_LABELS } from '../core/model/keys.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Labels, NamespaceFacts } from '../core/model/workload.ts'

/** A readiness-gate label of a namespace whose new Pods should wait for their load balancer. */
export interface PlannedNamespace {
  readonly name: string
  /**
   * The label that the controller's webhook requires; if it requires none or cannot be satisfied, the controller's
   * usual.
   */
  readonly label: string
  readonly value: string
  /**
   * `add`: the label is to be set. `present`: it is set. `other-value`: a user has set it to another value, which
   * stays. `excluded`: a namespace that is never changed. `left`: no label is to be set; `why` gives the reason.
   */
  readonly action: 'add' | 'present' | 'other-value' | 'excluded' | 'left'
  readonly present?: string
  /** The Namespace is not among the files: it may have the label. */
  readonly isUnknown?: true
  readonly why?: string
  /** What a user can do about it. */
  readonly cure?: string
}

interface NamespaceInputs {
  readonly exposed: readonly ExposedNamespace[]
  readonly factsOf: (name: string) => NamespaceFacts | undefined
  readonly settings: Settings
  readonly controller: GateInjector
  readonly peers?: InventoryView['gatedPeers']
}

/** The planned readiness-gate labels of every namespace with an exposure that has ip targets. */
export function planNamespaces(inputs: NamespaceInputs): readonly PlannedNamespace[] {
  const { exposed, factsOf, settings, controller: seen, peers } = inputs
  return [...Map.groupBy(exposed, ({ namespace }) => namespace)].flatMap(([name, own]) => {
    const known = factsOf(name)
    const facts = known ?? { name, labels: {}, annotations: {} }
    return gateDecisions({
      exposed: own,
      namespaces: [facts],
      settings,
      controller: seen,
      ...(peers && { peers }),
    })
      .filter((decision) => own.some(({ controller }) => controller === decision.controller))
      .flatMap((decision) => planned(decision, facts, seen))
      .map((entry) => (known === undefined ? { ...entry, isUnknown: true as const } : entry))
  })
}

/** Files do not show how many replicas of the controller are ready, or in which mode `serve` runs. */
function planned(
  decision: GateDecision,
  facts: NamespaceFacts,
  seen: GateInjector,
): readonly PlannedNamespace[] {
  const { state, controller, why, warning, cure } = decision
  const usual = { [GATE_LABELS[controller]]: GATE_ENABLED }
  switch (state) {
    case 'label':
    case 'would-label':
    case 'paused':
      return entries('add', decision.labels, facts)
    case 'labelled':
      return entries('present', labelsInQuestion(controller, facts, seen), facts).map((entry) => ({
        ...entry,
        ...(warning === undefined ? {} : { why: warning }),
      }))
    case 'held-back':
      return entries('left', decision.labels, facts).map((entry) => ({
        ...entry,
        why,
        ...(cure === undefined ? {} : { cure }),
      }))
    case 'set-otherwise':
      return entries('other-value', labelsInQuestion(controller, facts, seen), facts)
    case 'forbidden':
      return entries('excluded', usual, facts)
    default:
      return entries('left', usual, facts).map((entry) => ({ ...entry, why }))
  }
}

const entries = (
  action: PlannedNamespace['action'],
  labels: Labels,
  { name, labels: current }: NamespaceFacts,
): readonly PlannedNamespace[] =>
  Object.entries(labels).map(([label, value]) => {
    const present = labelOf(current, label)
    return { name, label, value, action, ...(present === undefined ? {} : { present }) }
  })

import { labelOf } from '../core/discovery/objects/label-selector.ts'
import { gateDecisions } from '../core/gates/gate-decision.ts'
import { type GateInjector, labelsInQuestion } from '../core/gates/gate-needs.ts'
import type { GateDecision } from '../core/gates/gate-state.ts'
import type { ExposedNamespace } from '../core/inventory/inventory.ts'
import { GATE_ENABLED, GATE_LABELS } from '../core/model/keys.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Labels, NamespaceFacts } from '../core/model/workload.ts'

/** A label of a namespace whose new pods should wait for their load balancer. */
export interface PlannedNamespace {
  readonly name: string
  /** What the controller's webhook wants; where it wants none, or cannot be met, the controller's usual one. */
  readonly label: string
  readonly value: string
  /**
   * `add`: the label is to be set. `present`: it is. `other-value`: a person has set it to something else, which
   * stays. `excluded`: a namespace that is never touched. `left`: no label is to be set, and `why` says why.
   */
  readonly action: 'add' | 'present' | 'other-value' | 'excluded' | 'left'
  readonly present?: string
  readonly why?: string
}

interface NamespaceInputs {
  readonly exposed: readonly ExposedNamespace[]
  readonly factsOf: (name: string) => NamespaceFacts | undefined
  readonly settings: Settings
  readonly controller: GateInjector
}

/** What becomes of the readiness-gate labels of every namespace that holds an exposure with ip targets. */
export function planNamespaces(inputs: NamespaceInputs): readonly PlannedNamespace[] {
  const { exposed, factsOf, settings, controller: seen } = inputs
  const namespaces = [...new Set(exposed.map(({ namespace }) => namespace))].map(
    (name) => factsOf(name) ?? { name, labels: {}, annotations: {} },
  )
  return namespaces.flatMap((facts) =>
    gateDecisions({ exposed, namespaces: [facts], settings, controller: seen })
      .filter(({ controller }) => exposed.some((one) => isAbout(one, facts.name, controller)))
      .flatMap((decision) => planned(decision, facts, seen)),
  )
}

const isAbout = (one: ExposedNamespace, name: string, controller: GateDecision['controller']): boolean =>
  one.namespace === name && one.controller === controller

/** How many of the controller's replicas are ready, and how `serve` is tied, is not for files to say. */
function planned(
  decision: GateDecision,
  facts: NamespaceFacts,
  seen: GateInjector,
): readonly PlannedNamespace[] {
  const { state, controller, why } = decision
  const usual = { [GATE_LABELS[controller]]: GATE_ENABLED }
  switch (state) {
    case 'label':
    case 'would-label':
    case 'paused':
      return entries('add', decision.labels, facts)
    case 'labelled':
      return entries('present', labelsInQuestion(controller, facts, seen), facts)
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

import type { ExposedNamespace } from '../core/inventory/inventory.ts'
import { GATE_ENABLED, GATE_LABELS } from '../core/model/keys.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'

/** A namespace whose new pods should wait for their load balancer. */
export interface PlannedNamespace {
  readonly name: string
  readonly label: string
  readonly value: typeof GATE_ENABLED
  /**
   * `add`: the label is to be set. `present`: it is. `other-value`: a person has set it to something else, which
   * stays. `excluded`: a namespace that is never touched.
   */
  readonly action: 'add' | 'present' | 'other-value' | 'excluded'
  readonly present?: string
}

export interface NamespaceInputs {
  readonly exposed: readonly ExposedNamespace[]
  readonly factsOf: (name: string) => NamespaceFacts | undefined
  readonly excluded: readonly string[]
}

/** The readiness-gate label of every namespace that holds an exposure with ip targets. */
export const planNamespaces = ({
  exposed,
  factsOf,
  excluded,
}: NamespaceInputs): readonly PlannedNamespace[] =>
  exposed.map(({ namespace, controller }) => {
    const label = GATE_LABELS[controller]
    const present = factsOf(namespace)?.labels[label]
    const action = excluded.includes(namespace) ? 'excluded' : actionFor(present)
    return {
      name: namespace,
      label,
      value: GATE_ENABLED,
      action,
      ...(present === undefined ? {} : { present }),
    }
  })

function actionFor(present: string | undefined): PlannedNamespace['action'] {
  if (present === undefined) return 'add'
  return present === GATE_ENABLED ? 'present' : 'other-value'
}

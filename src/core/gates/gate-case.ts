import { effectiveMode } from '../decision/mode.ts'
import { labelOf } from '../discovery/objects/label-selector.ts'
import type { GatedPeers } from '../inventory/inventory.ts'
import type { AwsController } from '../model/exposure.ts'
import { MODE_LABEL } from '../model/keys.ts'
import type { Settings } from '../model/settings.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'
import type { GateInjector } from './gate-needs.ts'
import type { GateRecord } from './gate-record.ts'
import type { GateDecision } from './gate-state.ts'

/** One namespace and one controller, with everything that the decision depends on. */
export interface GateCase {
  readonly facts: NamespaceFacts
  readonly controller: AwsController
  readonly isExposed: boolean
  readonly record: GateRecord
  /** Recorded for this controller, and still set as recorded. */
  readonly ownedLabels: Labels
  readonly settings: Settings
  readonly seen: GateInjector
  /** The namespaces that a controller runs in. */
  readonly homes: ReadonlySet<string>
  /** A StatefulSet here that a gate would keep from starting. */
  readonly peers?: GatedPeers
  /** Why no further namespace is labeled now, a clause. */
  readonly hold?: string
}

export type GateVerdict = Pick<GateDecision, 'state' | 'why' | 'cure' | 'warning'> & {
  readonly labels?: Labels
}

/** What turns Slackwater off, or keeps it from acting: the setting or label as a user would search for it. */
export function handsOf({ facts, settings }: GateCase) {
  const value = labelOf(facts.labels, MODE_LABEL)
  const object = { kind: 'Namespace', namespace: '', name: facts.name }
  const { mode, source } = effectiveMode({
    own: [],
    namespace: value === undefined ? undefined : { value, object },
    installation: settings.mode,
  })
  const modeText = source.kind === 'label' ? `${MODE_LABEL}: ${mode} on the namespace` : `mode: ${mode}`
  const settingText = `namespaceLabels: ${settings.namespaceLabels}`
  const off = settings.namespaceLabels === 'off' ? settingText : mode === 'off' ? modeText : undefined
  const tied = settings.namespaceLabels === 'report' ? settingText : mode === 'dry-run' ? modeText : undefined
  return { off, tied }
}

export const labelling = (namespace: string, labels: Labels): string =>
  `kubectl label namespace ${namespace} ${Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')}`

export const removal = (namespace: string, ownedLabels: Labels): { readonly cure?: string } => {
  const keys = Object.keys(ownedLabels)
  return keys.length === 0
    ? {}
    : { cure: `kubectl label namespace ${namespace} ${keys.map((key) => `${key}-`).join(' ')}` }
}

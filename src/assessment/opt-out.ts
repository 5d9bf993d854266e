import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'
import { type Assessment, assessSubject } from './assess.ts'
import { readSubject } from './subject.ts'

/** Exposures do not matter here: Slackwater's work is removed in any case. */
const NOTHING_KNOWN: InventoryView = {
  exposuresOf: () => ({ exposures: [] }),
  namespace: () => undefined,
  workload: () => undefined,
  autoscaled: () => undefined,
}

/** Excludes nothing, whatever the installation excludes: an object with our record may carry our work. */
export const OPTED_OUT: Settings = {
  ...DEFAULT_SETTINGS,
  mode: 'off',
  namespaceLabels: 'off',
  daemonSets: true,
  ownNamespace: '',
  excludedNamespaces: [],
}

/**
 * What an opt-out removes from a stored workload: the same as in mode off. Mode labels are ignored, because the user
 * asked for the removal explicitly.
 */
export function assessOptOut(raw: unknown, namespace: string): Assessment {
  const object = { what: 'workload', raw, namespace, fromFile: false } as const
  const read = () => {
    const { subject, ...rest } = readSubject(object, NOTHING_KNOWN)
    return { ...rest, subject: { ...subject, modeLabels: [] } }
  }
  return assessSubject(object, read, { inventory: NOTHING_KNOWN, settings: OPTED_OUT })
}

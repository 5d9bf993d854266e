import type { InventoryView } from '../core/inventory/inventory.ts'
import type { Settings } from '../core/model/settings.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'
import { type Assessment, assessSubject } from './assess.ts'
import { readSubject } from './subject.ts'

/** What is ours goes whatever sends to it. */
const NOTHING_KNOWN: InventoryView = {
  exposuresOf: () => ({ exposures: [] }),
  namespace: () => undefined,
  workload: () => undefined,
}

/** Whatever an installation was told to leave alone: where our record stands, something of ours may. */
export const OPTED_OUT: Settings = {
  ...DEFAULT_SETTINGS,
  mode: 'off',
  namespaceLabels: 'off',
  daemonSets: true,
  ownNamespace: '',
  excludedNamespaces: [],
}

/**
 * What an opt-out takes out of a stored workload: the same decision as in mode off, on which no mode label has a word,
 * since a person asks for it.
 */
export function assessOptOut(raw: unknown, namespace: string): Assessment {
  const object = { what: 'workload', raw, namespace, fromFile: false } as const
  const read = () => {
    const { subject, warnings } = readSubject(object, NOTHING_KNOWN)
    return { subject: { ...subject, modeLabels: [] }, warnings }
  }
  return assessSubject(object, read, { inventory: NOTHING_KNOWN, settings: OPTED_OUT })
}

import { labelOf } from '../discovery/objects/label-selector.ts'
import { GATES_ANNOTATION } from '../model/keys.ts'
import { compareText } from '../model/object-ref.ts'
import type { Labels, NamespaceFacts } from '../model/workload.ts'

/** The labels that Slackwater set on a Namespace, per its annotation. */
export interface GateRecord {
  readonly labels: Labels
  /** Another client has changed its text, and it cannot be parsed: what Slackwater wrote is unknown. */
  readonly unreadable: boolean
}

export function gateRecordOf({ annotations }: NamespaceFacts): GateRecord {
  const text = labelOf(annotations, GATES_ANNOTATION)
  if (text === undefined) return { labels: {}, unreadable: false }
  const labels = parsed(text)
  return { labels: labels ?? {}, unreadable: labels === undefined }
}

function parsed(text: string): Labels | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLabels(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isLabels = (value: unknown): value is Labels =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((member) => typeof member === 'string')

/** The same labels give the same text; undefined if there are none. */
export function gateRecordText(labels: Labels): string | undefined {
  const entries = Object.entries(labels).sort(([a], [b]) => compareText(a, b))
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries))
}

/** The recorded labels that are still set as Slackwater set them. */
export const stillSet = (recorded: Labels, present: Labels): Labels =>
  filtered(recorded, (key, value) => labelOf(present, key) === value)

export const filtered = (labels: Labels, wanted: (key: string, value: string) => boolean): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key, value]) => wanted(key, value)))

import { ORDINAL_LABELS, POD_NAME_LABEL } from '../discovery/claims/merge.ts'
import type { Labels } from '../model/workload.ts'
import { HASH_LABELS, traitsOf } from '../model/workload-kind.ts'
import type { Selection } from './inventory.ts'

/**
 * Labels that controllers set on Pods and that templates do not have (Kubernetes: well-known labels; Argo Rollouts:
 * rollouts-pod-template-hash).
 */
const WRITTEN_BY_CONTROLLERS: ReadonlySet<string> = new Set([
  ...HASH_LABELS.map(([label]) => label),
  'controller-revision-hash',
  ...ORDINAL_LABELS,
])

export const isWrittenByController = (key: string): boolean => WRITTEN_BY_CONTROLLERS.has(key)

/** Whether a Service's selector selects these pods. An empty selector selects nothing. */
export function matches(selector: Labels, selection: Selection): boolean {
  const keys = Object.keys(selector)
  return keys.length > 0 && keys.every((key) => meets(key, selector[key], selection))
}

const meets = (key: string, value: string | undefined, selection: Selection): boolean =>
  selection.labels[key] === value || (selection.matching === 'template' && couldBecome(key, value, selection))

const couldBecome = (key: string, value: string | undefined, selection: Selection): boolean =>
  isWrittenByController(key)
    ? couldBeWritten(key, value, selection)
    : value !== undefined && selection.changingLabels?.get(key)?.has(value) === true

/** A Pod name belongs to one StatefulSet, `<name>-<ordinal>`; if the workload is unknown, it may be any. */
function couldBeWritten(key: string, value: string | undefined, { workload }: Selection): boolean {
  if (workload === undefined || !ORDINAL_LABELS.includes(key)) return true
  if (traitsOf(workload.kind)?.hasOrdinals !== true) return false
  return key !== POD_NAME_LABEL || value?.replace(/-\d+$/, '') === workload.name
}

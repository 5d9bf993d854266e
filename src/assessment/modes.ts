import { effectiveMode, type ModeLabel } from '../core/decision/mode.ts'
import type { LiveView } from '../core/inventory/inventory.ts'
import { MODE_LABEL } from '../core/model/keys.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Mode } from '../core/model/settings.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'

/** Where a mode is written, and which one holds. */

export const modeLabel = (value: string | undefined, object: ObjectRef): ModeLabel[] =>
  value === undefined ? [] : [{ value, object }]

export const namespaceRef = ({ name }: NamespaceFacts): ObjectRef => ({
  kind: 'Namespace',
  namespace: '',
  name,
})

export const namespaceMode = (namespace: NamespaceFacts | undefined): ModeLabel | undefined =>
  namespace === undefined ? undefined : modeLabel(namespace.labels[MODE_LABEL], namespaceRef(namespace))[0]

/** The mode of a workload as it stands: by its own label, its namespace's, or the installation's. */
export function modeOfWorkload(
  ref: ObjectRef,
  known: Pick<LiveView, 'workload' | 'namespace'>,
  installation: Mode,
): Mode {
  const own = modeLabel(known.workload(ref)?.modeLabel, ref)
  return effectiveMode({ own, namespace: namespaceMode(known.namespace(ref.namespace)), installation }).mode
}

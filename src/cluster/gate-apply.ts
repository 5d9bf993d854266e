import type { GateWrite } from '../core/gates/gate-write.ts'
import { GATES_ANNOTATION } from '../core/model/keys.ts'
import type { NamespaceFacts } from '../core/model/workload.ts'
import { at, given, root, stringAt } from '../kubernetes/json.ts'
import { narrow } from '../kubernetes/narrow.ts'

/** A Namespace as just read from the API server. */
export interface StoredNamespace {
  readonly facts: NamespaceFacts
  readonly version: string
}

export function storedFrom(raw: unknown): StoredNamespace | undefined {
  const object = narrow(raw)
  if (object?.kind !== 'Namespace') return undefined
  return { facts: object.facts, version: stringAt(at(root(raw), 'metadata', 'resourceVersion')) }
}

/**
 * With uid and version an apply neither re-creates a deleted namespace nor overwrites a change made in between
 * (checked: 409 in both cases).
 */
export const bodyOf = (
  { facts: { name, uid }, version }: StoredNamespace,
  { labels, record }: GateWrite,
) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    ...given('uid', uid),
    resourceVersion: version,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(record === undefined ? {} : { annotations: { [GATES_ANNOTATION]: record } }),
  },
})

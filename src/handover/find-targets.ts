import type { ApiServer } from '../cluster/api-server.ts'
import { parseHandover } from '../core/handover/record.ts'
import { compareRefs, type ObjectRef, refText } from '../core/model/object-ref.ts'
import { at, root, stringAt } from '../kubernetes/json.ts'
import { listResource } from '../report/listing.ts'
import { HANDED_OVER } from './by-kind.ts'
import type { ListedWorkload, NamespaceReading } from './read-namespace.ts'
import { resourceOf } from './resources.ts'

/** The workload of this kind and name; also one that is gone, if Pods that were begun name it. */
export const findOne = (ref: ObjectRef, { workloads, pods }: NamespaceReading): ListedWorkload | undefined =>
  workloads.find((one) => one.ref.kind === ref.kind && one.ref.name === ref.name) ??
  (pods.some(({ handover }) => isRecordOf(handover, ref)) ? goneWorkload(ref) : undefined)

function isRecordOf(handover: string | undefined, { kind, name }: ObjectRef): boolean {
  const parsed = parseHandover(handover)
  if (parsed.kind !== 'record') return false
  return parsed.record.workload.kind === kind && parsed.record.workload.name === name
}

const goneWorkload = (ref: ObjectRef): ListedWorkload => ({
  ref,
  uid: '',
  labels: {},
  isDeleting: true,
  raw: { kind: ref.kind, metadata: { namespace: ref.namespace, name: ref.name } },
})

/** All that nothing else controls, and those that Pods which were begun name; by kind and name. */
export function findAll(reading: NamespaceReading): readonly ListedWorkload[] {
  const { workloads, pods, namespace } = reading
  const own = workloads.filter(({ ref, owner }) => ref.kind !== 'ReplicaSet' || owner === undefined)
  const known = new Set(own.map(({ ref }) => refText(ref)))
  const gone = new Map<string, ListedWorkload>()
  for (const { handover } of pods) {
    const parsed = parseHandover(handover)
    if (parsed.kind !== 'record') continue
    const ref = { ...parsed.record.workload, namespace }
    if (!known.has(refText(ref))) gone.set(refText(ref), goneWorkload(ref))
  }
  return [...own, ...gone.values()].sort((a, b) => compareRefs(a.ref, b.ref))
}

interface Selecting {
  readonly api: ApiServer
  readonly namespace: string
  /** As `kubectl -l` takes it. */
  readonly selector: string
  readonly signal: AbortSignal
}

/** Those that a label selector matches: the API server reads it. @returns a problem if it cannot. */
export async function selectedNames(
  selecting: Selecting,
): Promise<ReadonlySet<string> | { readonly problem: string }> {
  const { api, namespace, selector: labelSelector, signal } = selecting
  const names = new Set<string>()
  for (const kind of HANDED_OVER) {
    const onObject = (raw: unknown): void => {
      names.add(refText({ kind, namespace, name: stringAt(at(root(raw), 'metadata', 'name')) }))
    }
    const problem = await listResource(
      { resource: resourceOf(kind), labelSelector },
      { api, namespace, signal, onObject },
    )
    if (problem !== undefined)
      return { problem: `${kind}s with the labels "${labelSelector}" cannot be listed: ${problem}` }
  }
  return names
}

import type { ApiServer } from '../cluster/api-server.ts'
import { REPORTED } from '../cluster/resources.ts'
import { keyOf, type ObjectRef } from '../core/model/object-ref.ts'
import { at, itemsOf, optional, root, stringAt } from '../kubernetes/json.ts'
import { listResource } from '../report/listing.ts'

interface Namesakes {
  /** The workloads of that kind that may be listed: of all namespaces, or of its own. */
  readonly known: readonly ObjectRef[]
  /** Whose the object is, if it exists and its controller is another workload. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined
}

/** Lists the kind of a workload that was not found. What may not be listed is not known. */
export async function namesakes(ref: ObjectRef, api: ApiServer, signal: AbortSignal): Promise<Namesakes> {
  const known: ObjectRef[] = []
  let owner: Namesakes['owner']
  const onObject = (object: unknown): void => {
    const one = refOf(ref.kind, object)
    const its = ownerOf(object)
    if (its === undefined) known.push(one)
    else if (keyOf(one) === keyOf(ref)) owner = its
  }
  const { resource } = REPORTED.find((listed) => listed.resource.kind === ref.kind) ?? {}
  if (resource === undefined) return { known, owner }
  // The report leaves out those that an owner has; here they are looked for.
  const problem = await listResource({ resource }, { api, signal, onObject })
  if (problem !== undefined)
    await listResource({ resource }, { api, namespace: ref.namespace, signal, onObject })
  return { known, owner }
}

const refOf = (kind: string, object: unknown): ObjectRef => {
  const metadata = at(root(object), 'metadata')
  const text = (key: string): string => optional(stringAt, at(metadata, key)) ?? ''
  return { kind, namespace: text('namespace'), name: text('name') }
}

function ownerOf(object: unknown): Namesakes['owner'] {
  const owner = itemsOf(at(root(object), 'metadata', 'ownerReferences')).find(
    (one) => at(one, 'controller').value === true,
  )
  return owner && { kind: stringAt(at(owner, 'kind')), name: stringAt(at(owner, 'name')) }
}

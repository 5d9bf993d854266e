import { assess, type Knowledge } from '../assessment/assess.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { objectPath, readObject } from '../cluster/objects.ts'
import { apiVersionOf, RESOURCES } from '../cluster/resources.ts'
import type { Decision } from '../core/decision/decide.ts'
import type { ObjectRef } from '../core/model/object-ref.ts'
import type { Workload } from '../core/model/workload.ts'
import { at, root, stringAt } from '../kubernetes/json.ts'
import { toWorkload } from '../kubernetes/workload.ts'
import type { Regarding } from './events.ts'

/** A workload as the API server has it now, and the decision about it if it were created now. */
export interface FreshWorkload {
  readonly raw: unknown
  readonly path: string
  readonly workload: Workload
  readonly decision: Decision
  readonly regarding: Regarding
}

/**
 * Reads a workload and decides on it as on a new one: nothing in it counts as unchanged.
 * @returns undefined if it does not have the shape of its kind.
 * @throws ApiError, and any error of the connection.
 */
export async function readFresh(
  ref: ObjectRef,
  { api, knowledge }: { readonly api: ApiServer; readonly knowledge: Knowledge },
  signal: AbortSignal,
): Promise<FreshWorkload | undefined> {
  const path = pathOf(ref)
  const raw = await readObject(api, path, signal)
  const object = { what: 'workload', raw, namespace: ref.namespace, fromFile: false } as const
  const assessment = assess(object, knowledge)
  if (!assessment.readable) return undefined
  const { decision } = assessment
  return { raw, path, workload: toWorkload(raw, ref.namespace), decision, regarding: regardingOf(ref, raw) }
}

function regardingOf({ kind, namespace, name }: ObjectRef, raw: unknown): Regarding {
  const node = root(raw)
  const apiVersion = stringAt(at(node, 'apiVersion'))
  return { apiVersion, kind, namespace, name, uid: stringAt(at(node, 'metadata', 'uid')) }
}

/** @throws Error for a kind that is not followed: no workload of such a kind is known. */
function pathOf({ kind, namespace, name }: ObjectRef): string {
  const resource = RESOURCES.find((one) => one.kind === kind)
  const [version] = resource?.versions ?? []
  if (resource === undefined || version === undefined) throw new Error(`${kind} is not watched`)
  return objectPath({ apiVersion: apiVersionOf(resource, version), plural: resource.plural, namespace, name })
}

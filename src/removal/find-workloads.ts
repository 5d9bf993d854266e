import { ApiError, isAbsent } from '../cluster/api-error.ts'
import type { ApiServer } from '../cluster/api-server.ts'
import { pagesOf } from '../cluster/list-watch.ts'
import { objectPath } from '../cluster/objects.ts'
import { apiVersionOf, type ListedResource, pathOf, REPORTED, resourceName } from '../cluster/resources.ts'
import { compareRefs } from '../core/model/object-ref.ts'
import { at, given, root, stringAt } from '../kubernetes/json.ts'
import type { Resource } from '../kubernetes/kinds.ts'
import { inspectWorkload } from './inspect.ts'
import type { Unread, WorkloadRemoval } from './removal.ts'

/** The scope of a removal. */
export interface Scope {
  /** Absent: all namespaces. */
  readonly namespace?: string
  /** Of workloads, in kubectl's syntax. */
  readonly selector?: string
}

export interface FoundWorkload extends WorkloadRemoval {
  /** Path of the object on the API server. */
  readonly path: string
}

interface FoundWorkloads {
  readonly workloads: readonly FoundWorkload[]
  readonly unread: readonly Unread[]
}

/** Kinds whose template a user can change: Pods change with their workloads. */
const WORKLOADS = REPORTED.filter(({ resource }) => resource.kind !== 'Pod')

/** The caller is unknown to the API server: no other request will succeed either. */
const UNAUTHORIZED = 401

/** Every workload with Slackwater's work in its template. @throws any error of the connection; ApiError 401. */
export async function findWorkloads(
  api: ApiServer,
  scope: Scope,
  signal: AbortSignal,
): Promise<FoundWorkloads> {
  const workloads: FoundWorkload[] = []
  const unread: Unread[] = []
  for (const listed of WORKLOADS) {
    try {
      workloads.push(...(await findIn(listed, { api, scope, signal })))
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === UNAUTHORIZED) throw error
      if (!listed.resource.builtIn && isAbsent(error)) continue
      unread.push({ resource: resourceName(listed.resource), problem: error.message })
    }
  }
  return { workloads: workloads.sort((a, b) => compareRefs(a.ref, b.ref)), unread }
}

interface WorkloadQuery {
  readonly api: ApiServer
  readonly scope: Scope
  readonly signal: AbortSignal
}

async function findIn(
  { resource, labelSelector }: ListedResource,
  { api, scope, signal }: WorkloadQuery,
): Promise<readonly FoundWorkload[]> {
  const [version = ''] = resource.versions
  const listed = {
    path: pathOf(resource, version, scope.namespace),
    apiVersion: apiVersionOf(resource, version),
    kind: resource.kind,
  }
  const selectors = [labelSelector, scope.selector].filter((one) => one !== undefined)
  const selected = selectors.length === 0 ? {} : { labelSelector: selectors.join(',') }
  const found: FoundWorkload[] = []
  for await (const { objects } of pagesOf({ api, listed, signal, ...selected }))
    found.push(...objects.flatMap((raw) => foundIn(raw, resource)))
  return found
}

function foundIn(raw: unknown, resource: Resource): readonly FoundWorkload[] {
  const inspection = inspectWorkload(raw, '')
  if (inspection.kind === 'nothing') return []
  const metadata = at(root(raw), 'metadata')
  const [namespace, name] = [stringAt(at(metadata, 'namespace')), stringAt(at(metadata, 'name'))]
  const ref = { kind: resource.kind, namespace, name }
  const [version = ''] = resource.versions
  const apiVersion = apiVersionOf(resource, version)
  const path = objectPath({ apiVersion, plural: resource.plural, namespace, name })
  if (inspection.kind === 'owned')
    return [{ ref, path, state: 'would-take-back', changes: inspection.changes }]
  return [{ ref, path, state: inspection.kind, changes: [], ...given('why', inspection.why) }]
}

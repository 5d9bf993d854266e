import { given } from '../kubernetes/json.ts'
import { accepted } from './accepted.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'
import { jsonOf } from './json-lines.ts'

/** RFC 7386: values in the body replace, null removes. */
export const MERGE_PATCH = 'application/merge-patch+json'
/** RFC 6902. */
export const JSON_PATCH = 'application/json-patch+json'
/** Server-side apply; JSON is valid YAML. Needs `fieldManager` in the query. */
export const APPLY_PATCH = 'application/apply-patch+yaml'

/** Time limit for one object, to the last byte. Milliseconds; the API server's longest webhook timeout. */
const LONGEST_CALL = 30_000

interface ObjectPath {
  readonly apiVersion: string
  /** `deployments`. */
  readonly plural: string
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  /** Absent: the path for creating objects of the kind. */
  readonly name?: string
}

/** `/apis/apps/v1/namespaces/shop/deployments/web`. */
export function objectPath({ apiVersion, plural, namespace, name }: ObjectPath): string {
  const group = apiVersion.includes('/') ? 'apis' : 'api'
  const scope = namespace === '' ? [] : ['namespaces', encodeURIComponent(namespace)]
  const object = name === undefined ? [] : [encodeURIComponent(name)]
  return ['', group, apiVersion, ...scope, plural, ...object].join('/')
}

interface WriteRequest {
  readonly path: string
  readonly body: unknown
  readonly query?: Readonly<Record<string, string>>
}

interface Patched extends WriteRequest {
  readonly contentType: typeof MERGE_PATCH | typeof JSON_PATCH | typeof APPLY_PATCH
}

/** One object as JSON. @throws ApiError; any error of the connection. */
export const readObject = (api: ApiServer, path: string, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.get(path, {}, limit), signal)

/** @returns the stored object. @throws ApiError, such as isAlreadyThere. */
export const createObject = (api: ApiServer, written: WriteRequest, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.send({ method: 'POST', ...written }, limit), signal)

/** Replaces only the version that the body names. @returns the stored object. @throws ApiError, such as isConflict. */
export const replaceObject = (api: ApiServer, written: WriteRequest, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.send({ method: 'PUT', ...written }, limit), signal)

/** @returns the stored object, or with `dryRun=All` the one that would be stored. @throws ApiError. */
export const patchObject = (api: ApiServer, patched: Patched, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.send({ method: 'PATCH', ...patched }, limit), signal)

interface Deleted {
  readonly path: string
  readonly uid: string
  /** Only in this version. @default any */
  readonly version?: string
}

/** Deletes the object of this uid, and no other that has its name. @throws ApiError, such as isAbsent, isConflict. */
export async function deleteObject(
  api: ApiServer,
  { path, uid, version }: Deleted,
  signal: AbortSignal,
): Promise<void> {
  const preconditions = { uid, ...given('resourceVersion', version) }
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions }
  await whole((limit) => api.send({ method: 'DELETE', path, body }, limit), signal)
}

async function whole(
  call: (signal: AbortSignal) => Promise<ApiAnswer>,
  signal: AbortSignal,
): Promise<unknown> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_CALL)])
  return jsonOf((await accepted(await call(limit))).body)
}

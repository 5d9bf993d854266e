import { accepted } from './accepted.ts'
import type { ApiAnswer, ApiServer } from './api-server.ts'
import { jsonOf } from './json-lines.ts'

/** RFC 7386: members of the body replace, null removes. */
export const MERGE_PATCH = 'application/merge-patch+json'
/** RFC 6902. */
export const JSON_PATCH = 'application/json-patch+json'
/** Server-side apply; JSON is YAML. Needs `fieldManager` in the query. */
export const APPLY_PATCH = 'application/apply-patch+yaml'

/** How long one object may take, from the request to the last byte. Milliseconds; the API server's longest webhook timeout. */
const LONGEST_CALL = 30_000

interface ObjectPath {
  readonly apiVersion: string
  /** `deployments`. */
  readonly plural: string
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  /** Absent: where objects of the kind are created. */
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

/** One object as JSON. @throws ApiError; whatever the connection throws. */
export const readObject = (api: ApiServer, path: string, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.get(path, {}, limit), signal)

/** @returns the object as it is stored. @throws ApiError, such as isAlreadyThere. */
export const createObject = (api: ApiServer, written: WriteRequest, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.send({ method: 'POST', ...written }, limit), signal)

/** Only over the version that the body names. @returns the object as it is stored. @throws ApiError, such as isConflict. */
export const replaceObject = (api: ApiServer, written: WriteRequest, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.send({ method: 'PUT', ...written }, limit), signal)

/** @returns the object as it is stored, or would be with `dryRun=All`. @throws ApiError. */
export const patchObject = (api: ApiServer, patched: Patched, signal: AbortSignal): Promise<unknown> =>
  whole((limit) => api.send({ method: 'PATCH', ...patched }, limit), signal)

async function whole(
  call: (signal: AbortSignal) => Promise<ApiAnswer>,
  signal: AbortSignal,
): Promise<unknown> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_CALL)])
  return jsonOf((await accepted(await call(limit))).body)
}

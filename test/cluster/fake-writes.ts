import type { IncomingMessage } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import jsonPatch from 'fast-json-patch'
import type { FakeObject } from './fake-api-server.ts'
import { mergePatch } from './merge-patch.ts'

/** A request that writes. */
export interface Write {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly contentType: string
  readonly body: unknown
}

/** Reads a write's body. */
export async function writeOf(request: IncomingMessage, url: URL): Promise<Write> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    contentType: request.headers['content-type'] ?? '',
    body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
  }
}

export interface Refusal {
  readonly code: number
  readonly reason?: string
  readonly message: string
}

/** The API server's own rules for a write (apiserver registry/rest and generic/registry/store.go). */
export function refusalOf(
  { method, contentType, body }: Write,
  current: FakeObject | undefined,
): Refusal | undefined {
  if (method === 'POST')
    return current === undefined
      ? undefined
      : { code: 409, reason: 'AlreadyExists', message: 'already exists' }
  if (method === 'DELETE') return refusalOfDelete(body, current)
  const { metadata } = body as Partial<FakeObject>
  if (current === undefined) return absenceOf(contentType, metadata?.['uid'])
  const unfit = contentType === JSON_PATCH ? refusalOfJsonPatch(body, current) : undefined
  if (unfit !== undefined) return unfit
  const version = metadata?.['resourceVersion'] ?? versionOf(body)
  if (version === undefined || version === '' || version === current.metadata['resourceVersion'])
    return undefined
  return { code: 409, reason: 'Conflict', message: 'the object has been modified' }
}

/** Only the object of the uid that is named (apiserver registry/generic/registry/store.go). */
function refusalOfDelete(body: unknown, current: FakeObject | undefined): Refusal | undefined {
  if (current === undefined) return { code: 404, reason: 'NotFound', message: 'not found' }
  const { uid } = (body as { readonly preconditions?: { readonly uid?: unknown } }).preconditions ?? {}
  return uid === undefined || uid === current.metadata['uid']
    ? undefined
    : { code: 409, reason: 'Conflict', message: 'uid mismatch' }
}

/** Of a JSON patch: the result names it, as the body of any other write does. */
function versionOf(body: unknown): unknown {
  if (!Array.isArray(body)) return undefined
  const operations = body as readonly { readonly path: string; readonly value?: unknown }[]
  return operations.find(({ path }) => path === '/metadata/resourceVersion')?.value
}

/** Only an apply makes what is not there, and none that names the uid of the object that it means (handlers/patch.go). */
function absenceOf(contentType: string, uid: unknown): Refusal | undefined {
  if (contentType !== APPLY) return { code: 404, reason: 'NotFound', message: 'not found' }
  return uid === undefined ? undefined : { code: 409, reason: 'Conflict', message: 'uid mismatch' }
}

/** One whose test fails, or whose path leads nowhere (handlers/patch.go). */
function refusalOfJsonPatch(operations: unknown, current: FakeObject): Refusal | undefined {
  try {
    jsonPatch.applyPatch(structuredClone(current), operations as never)
    return undefined
  } catch {
    return {
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    }
  }
}

const JSON_PATCH = 'application/json-patch+json'
const APPLY = 'application/apply-patch+yaml'

/**
 * What becomes of an object that is there.
 * @param before what the same manager applied last: labels and annotations that it now leaves out go.
 */
export function resultOf(
  { method, contentType, body }: Write,
  current: FakeObject,
  before: unknown,
): unknown {
  if (method === 'PUT') return body
  if (contentType === APPLY) return mergePatch(current, mergePatch(removalOf(before), body))
  if (contentType !== JSON_PATCH) return mergePatch(current, body)
  return jsonPatch.applyPatch(structuredClone(current), body as never).newDocument
}

/** A write that changes nothing is no write: the version stays. */
export const isSame = (a: FakeObject, b: FakeObject | undefined): boolean =>
  b !== undefined && isDeepStrictEqual(withoutVersion(a), withoutVersion(b))

const withoutVersion = ({ metadata: { resourceVersion: _, ...metadata }, ...rest }: FakeObject) => ({
  ...rest,
  metadata,
})

/** A merge patch that takes the labels and annotations of an apply away. */
function removalOf(applied: unknown): unknown {
  const { metadata = {} } = (applied ?? {}) as Partial<Pick<FakeObject, 'metadata'>>
  const nulls = (key: string) =>
    Object.fromEntries(Object.keys(Reflect.get(metadata, key) ?? {}).map((one) => [one, null]))
  return { metadata: { labels: nulls('labels'), annotations: nulls('annotations') } }
}

/** Whose apply of which object: what is left out is told by the one before. */
export const applyKey = ({ contentType, path, query }: Write): string | undefined =>
  contentType === APPLY ? `${path} ${query['fieldManager']}` : undefined

import { at, given, optional, root, stringAt } from '../kubernetes/json.ts'
import { accepted, errorOf } from './accepted.ts'
import type { ApiServer } from './api-server.ts'
import { jsonLines } from './json-lines.ts'
import { JsonList } from './json-list.ts'
import type { ParseJson } from './parse-json.ts'
import { othersFirst } from './slices.ts'

/** Objects per request: client-go's page size for reflectors. */
const PAGE = '500'

/** One served version of one resource. */
export interface Listed {
  readonly path: string
  readonly apiVersion: string
  readonly kind: string
}

export interface Listing {
  readonly api: ApiServer
  readonly listed: Listed
  readonly signal: AbortSignal
  /** Only objects that it selects. */
  readonly labelSelector?: string
  /** The same by a field, such as `metadata.name=web`. */
  readonly fieldSelector?: string
  /** Of each object. @default JSON.parse */
  readonly parse?: ParseJson
}

/** The part of a list that arrives at once. */
interface Page {
  /** Each with its apiVersion and kind, which the items of a list do not carry. */
  readonly objects: readonly unknown[]
  /** Of the whole list; empty until it is known. */
  readonly version: string
}

/**
 * Lists all objects, part by part as they arrive; a part is released when the next one is read.
 * @throws ApiError; if a page has expired (410), start again.
 */
export async function* pagesOf({
  api,
  listed,
  signal,
  labelSelector,
  fieldSelector,
  parse,
}: Listing): AsyncGenerator<Page> {
  const first = {
    limit: PAGE,
    ...given('labelSelector', labelSelector),
    ...given('fieldSelector', fieldSelector),
  }
  let next = ''
  do {
    const query = next === '' ? first : { ...first, continue: next }
    const answer = await accepted(await api.get(listed.path, query, signal))
    const list = new JsonList(parse)
    for await (const chunk of answer.body)
      for (const object of list.feed(chunk)) {
        if (typeof object !== 'object' || object === null) continue
        nameKind(object, listed)
        yield { objects: [object], version: '' }
      }
    const metadata = at(root(list.end()), 'metadata')
    next = optional(stringAt, at(metadata, 'continue')) ?? ''
    yield { objects: [], version: stringAt(at(metadata, 'resourceVersion')) }
  } while (next !== '')
}

/** In place: a copy of each object would cost as much as parsing some of them. */
function nameKind(object: { apiVersion?: unknown; kind?: unknown }, { apiVersion, kind }: Listed): void {
  object.apiVersion ??= apiVersion
  object.kind ??= kind
}

/**
 * Lists all objects.
 * @returns the version of the list, from which to watch.
 * @throws ApiError; if a page has expired (410), start again.
 */
export async function listAll({
  onObject,
  ...listing
}: Listing & {
  /** A promise that it returns is waited for. */
  readonly onObject: (object: unknown) => unknown
}): Promise<string> {
  let version = ''
  for await (const page of pagesOf(listing)) {
    for (const object of page.objects) await othersFirst(() => onObject(object))
    version = page.version
  }
  return version
}

export type WatchEvent =
  | { readonly type: 'changed' | 'deleted'; readonly object: unknown; readonly version: string }
  /** Nothing changed up to this version. */
  | { readonly type: 'bookmark'; readonly version: string }

interface Watching {
  readonly api: ApiServer
  readonly listed: Listed
  readonly signal: AbortSignal
  /** Version of the list, or of the last event. */
  readonly from: string
  /** The API server ends the watch after this time. */
  readonly seconds: number
  /** Only objects that it selects; one that is no longer selected is deleted, as it was while it was. */
  readonly fieldSelector?: string
  /** Of each line. @default JSON.parse */
  readonly parse?: ParseJson
}

/**
 * All events after a version, until the API server ends the watch.
 * @throws ApiError, also if the API server sends the error as an event (as it does for an expired version).
 */
export async function* watch({
  api,
  listed,
  signal,
  from,
  seconds,
  fieldSelector,
  parse,
}: Watching): AsyncGenerator<WatchEvent> {
  const query = {
    ...given('fieldSelector', fieldSelector),
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: from,
    timeoutSeconds: String(seconds),
  }
  const answer = await accepted(await api.get(listed.path, query, signal))
  for await (const line of jsonLines(answer.body, parse)) yield eventOf(line)
}

function eventOf(line: unknown): WatchEvent {
  const event = root(line)
  const type = stringAt(at(event, 'type'))
  const object = at(event, 'object')
  if (type === 'ERROR') throw errorOf(Number(at(object, 'code').value), object.value)
  const version = stringAt(at(object, 'metadata', 'resourceVersion'))
  if (type === 'BOOKMARK') return { type: 'bookmark', version }
  return { type: type === 'DELETED' ? 'deleted' : 'changed', object: object.value, version }
}

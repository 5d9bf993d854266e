import { at, given, itemsOf, optional, root, stringAt } from '../kubernetes/json.ts'
import { accepted, errorOf } from './accepted.ts'
import type { ApiServer } from './api-server.ts'
import { jsonLines, jsonOf } from './json-lines.ts'

/** Objects for each request: client-go's page size for reflectors. */
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
  /** Only objects whose labels it selects. */
  readonly labelSelector?: string
}

/** As much of a list as comes at once. */
export interface Page {
  /** Each with the apiVersion and kind that the items of a list do not carry. */
  readonly objects: readonly unknown[]
  /** Of the whole list. */
  readonly version: string
}

/**
 * Lists everything, page by page; nothing of a page is kept once the next is asked for.
 * @throws ApiError; an expired page (410) means to begin again.
 */
export async function* pagesOf({ api, listed, signal, labelSelector }: Listing): AsyncGenerator<Page> {
  const { path, apiVersion, kind } = listed
  const first = { limit: PAGE, ...given('labelSelector', labelSelector) }
  let next = ''
  do {
    const query = next === '' ? first : { ...first, continue: next }
    const answer = await accepted(await api.get(path, query, signal))
    const list = root(await jsonOf(answer.body))
    const items = itemsOf(at(list, 'items')).map(({ value }) => value)
    const objects = items
      .filter((value) => typeof value === 'object' && value !== null)
      .map((value) => ({ apiVersion, kind, ...value }))
    next = optional(stringAt, at(list, 'metadata', 'continue')) ?? ''
    yield { objects, version: stringAt(at(list, 'metadata', 'resourceVersion')) }
  } while (next !== '')
}

/**
 * Lists everything.
 * @returns the version of the list, from which to watch.
 * @throws ApiError; an expired page (410) means to begin again.
 */
export async function listAll({
  onObject,
  ...listing
}: Listing & { readonly onObject: (object: unknown) => void }): Promise<string> {
  let version = ''
  for await (const page of pagesOf(listing)) {
    for (const object of page.objects) onObject(object)
    version = page.version
  }
  return version
}

export type WatchEvent =
  | { readonly type: 'changed' | 'deleted'; readonly object: unknown; readonly version: string }
  /** Nothing changed up to this version. */
  | { readonly type: 'bookmark'; readonly version: string }

export interface Watching {
  readonly api: ApiServer
  readonly listed: Listed
  readonly signal: AbortSignal
  /** Of the list, or of the last event. */
  readonly from: string
  /** After how many seconds the API server shall end it. */
  readonly seconds: number
}

/**
 * Everything that happens from a version on, until the API server ends the watch.
 * @throws ApiError, also where the API server sends it as an event (an expired version comes so).
 */
export async function* watch({ api, listed, signal, from, seconds }: Watching): AsyncGenerator<WatchEvent> {
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: from,
    timeoutSeconds: String(seconds),
  }
  const answer = await accepted(await api.get(listed.path, query, signal))
  for await (const line of jsonLines(answer.body)) yield eventOf(line)
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

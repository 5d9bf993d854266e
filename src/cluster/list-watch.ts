import { at, itemsOf, optional, root, stringAt } from '../kubernetes/json.ts'
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
  /** Each object, with the apiVersion and kind that the items of a list do not carry. */
  readonly onObject: (object: unknown) => void
}

/**
 * Lists everything, page by page.
 * @returns the version of the list, from which to watch.
 * @throws ApiError; an expired page (410) means to begin again.
 */
export async function listAll({ api, listed, signal, onObject }: Listing): Promise<string> {
  const { path, apiVersion, kind } = listed
  let next = ''
  for (;;) {
    const query = next === '' ? { limit: PAGE } : { limit: PAGE, continue: next }
    const answer = await accepted(await api.get(path, query, signal))
    const list = root(await jsonOf(answer.body))
    for (const { value } of itemsOf(at(list, 'items'))) {
      if (typeof value === 'object' && value !== null) onObject({ apiVersion, kind, ...value })
    }
    next = optional(stringAt, at(list, 'metadata', 'continue')) ?? ''
    if (next === '') return stringAt(at(list, 'metadata', 'resourceVersion'))
  }
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
